// Timers of one owner, who can end them all.
#pragma once

#include <functional>
#include <set>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "base/timers.h"

namespace proxyherd {

// Passes everything on to other timers, and knows which of its own have not ended: a callback that
// uses its owner counts until it has returned, whatever it takes off the owner's lists before that.
// Thread-safe.
class OwnedTimers : public Timers {
 public:
  // `timers` must outlive this object.
  explicit OwnedTimers(Timers& timers) : timers_(timers) {}
  ~OwnedTimers() override { End(); }
  OwnedTimers(const OwnedTimers&) = delete;
  OwnedTimers& operator=(const OwnedTimers&) = delete;

  std::chrono::nanoseconds Now() override { return timers_.Now(); }
  // After End it calls nothing and returns kNone. May be called with the owner's locks held.
  Id After(std::chrono::nanoseconds delay, std::function<void()> callback) override;
  void Cancel(Id id) override;

  // As Cancel for all. To be called first by the owner's destructor, without its locks; not inside
  // a callback.
  void End();

 private:
  Timers& timers_;

  Mutex mu_;
  std::set<Id> open_ ABSL_GUARDED_BY(mu_);  // that wait or run
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd
