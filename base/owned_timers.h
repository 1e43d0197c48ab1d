// The timers of one owner, which can end them all.
#pragma once

#include <cstdint>
#include <functional>
#include <set>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "base/timers.h"

namespace proxyherd {

// Forwards to other timers, and knows which of its own have not ended. A callback ends when it
// returns, even if it removes itself from its owner's lists before that. Thread-safe.
class OwnedTimers : public Timers {
 public:
  // `timers` must outlive this object.
  explicit OwnedTimers(Timers& timers) : timers_(timers) {}
  ~OwnedTimers() override { End(); }
  OwnedTimers(const OwnedTimers&) = delete;
  OwnedTimers& operator=(const OwnedTimers&) = delete;

  int64_t MonotonicNs() override { return timers_.MonotonicNs(); }
  // After End it does nothing and returns kNone. May be called with the owner's locks held.
  Id After(int64_t delay_ns, std::function<void()> callback) override;
  void Cancel(Id id) override;

  // Cancels all timers. The owner's destructor must call it first, without holding its locks.
  // REQUIRES: not called inside a callback.
  void End();

 private:
  Timers& timers_;

  Mutex mu_;
  std::set<Id> open_ ABSL_GUARDED_BY(mu_);  // waiting or running
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd
