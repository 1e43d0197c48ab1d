// Timers by the system's clock.
#pragma once

#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "base/env.h"
#include "base/mutex.h"
#include "base/timers.h"

namespace proxyherd {

// One thread that sleeps until the next callback is due. Its clock is the monotonic one of `env`.
// Thread-safe.
class TimerThread : public Timers {
 public:
  // `env` must outlive this object.
  explicit TimerThread(Env& env);
  // Drops callbacks that are not due yet without calling them.
  ~TimerThread() override;
  TimerThread(const TimerThread&) = delete;
  TimerThread& operator=(const TimerThread&) = delete;

  std::chrono::nanoseconds Now() override;
  Id After(std::chrono::nanoseconds delay, std::function<void()> callback) override;
  void Cancel(Id id) override;

 private:
  using Due = std::pair<std::chrono::nanoseconds, Id>;

  void Run();

  Env& env_;
  Mutex mu_;
  CondVar changed_;
  std::map<Due, std::function<void()>> waiting_ ABSL_GUARDED_BY(mu_);
  // Of the timers in waiting_.
  std::map<Id, std::chrono::nanoseconds> due_of_ ABSL_GUARDED_BY(mu_);
  Id last_id_ ABSL_GUARDED_BY(mu_) = kNone;
  Id running_ ABSL_GUARDED_BY(mu_) = kNone;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::thread thread_;  // last: it uses all the others
};

}  // namespace proxyherd
