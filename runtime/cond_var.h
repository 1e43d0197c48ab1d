// A condition variable for a Mutex.
//
// Not Abseil's: that one waits by the wall clock, whose steps end waits early, or extend them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace proxyherd::runtime {

// Waits release the mutex, and hold it again when they return. They may return without a
// notification, so callers wait in a loop until their condition is true. A waiter misses no
// notification of a change that was made under the mutex.
class CondVar {
 public:
  void Wait(Mutex* mutex) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Adopted lock(mutex->mutex_);
    changed_.wait(lock.lock);
  }

  // Returns false after `timeout_ns` (at most some years) by the monotonic clock.
  bool WaitForNs(Mutex* mutex, int64_t timeout_ns) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Adopted lock(mutex->mutex_);
    return changed_.wait_for(lock.lock, std::chrono::nanoseconds(timeout_ns)) ==
           std::cv_status::no_timeout;
  }

  // The same, but waits until `condition`, which is called under the mutex, returns true. Returns
  // its last result.
  template <typename Condition>
  bool WaitForNs(Mutex* mutex, int64_t timeout_ns, Condition condition)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Adopted lock(mutex->mutex_);
    return changed_.wait_for(lock.lock, std::chrono::nanoseconds(timeout_ns), std::move(condition));
  }

  void NotifyOne() { changed_.notify_one(); }
  void NotifyAll() { changed_.notify_all(); }

 private:
  // Lends a mutex that is already held to a std::unique_lock; the mutex stays held afterwards.
  struct Adopted {
    explicit Adopted(std::mutex& mutex) : lock(mutex, std::adopt_lock) {}
    ~Adopted() { lock.release(); }

    std::unique_lock<std::mutex> lock;
  };

  std::condition_variable changed_;
};

}  // namespace proxyherd::runtime
