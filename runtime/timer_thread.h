// Implements Timers with a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "base/env.h"
#include "base/mutex.h"
#include "base/timers.h"
#include "runtime/cond_var.h"

namespace proxyherd::runtime {

// One thread that sleeps until the next callback is due; it exists from the first timer on. Its
// clock is the monotonic one of `env`. Thread-safe.
class TimerThread : public Timers {
 public:
  // `env` must outlive this object.
  explicit TimerThread(Env& env);
  // Waits for a running callback, and drops the others without calling them.
  ~TimerThread() override;
  TimerThread(const TimerThread&) = delete;
  TimerThread& operator=(const TimerThread&) = delete;

  int64_t MonotonicNs() override;
  Id After(int64_t delay_ns, std::function<void()> callback) override;
  void Cancel(Id id) override;

 private:
  using Due = std::pair<int64_t, Id>;

  void Run();

  Env& env_;
  Mutex mu_;
  CondVar changed_;
  std::map<Due, std::function<void()>> waiting_ ABSL_GUARDED_BY(mu_);
  std::map<Id, int64_t> due_of_ ABSL_GUARDED_BY(mu_);  // of the timers in waiting_
  Id last_id_ ABSL_GUARDED_BY(mu_) = kNone;
  Id running_ ABSL_GUARDED_BY(mu_) = kNone;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::thread thread_;  // set by the first After, under mu_
};

}  // namespace proxyherd::runtime
