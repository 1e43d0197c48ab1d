// The lock of what several threads share for moments: taken and given back at every report, so that
// its price counts.
//
// Abseil's mutex, as distributions build it, looks for deadlocks at every Lock: that costs more
// than all else that a stripe does with a report.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"

namespace proxyherd {

// Not recursive, not fair: for sections of some microseconds. One that finds it taken tries for
// about as long, then sleeps.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() {
    int32_t free = kFree;
    if (!state_.compare_exchange_strong(free, kTaken, std::memory_order_acquire)) LockSlow();
  }

  void Unlock() ABSL_UNLOCK_FUNCTION() {
    if (state_.exchange(kFree, std::memory_order_release) == kAwaited) state_.notify_one();
  }

 private:
  static constexpr int32_t kFree = 0;
  static constexpr int32_t kTaken = 1;
  static constexpr int32_t kAwaited = 2;  // taken, and somebody may sleep until it is free

  void LockSlow();

  std::atomic<int32_t> state_{kFree};
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_->Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

}  // namespace proxyherd
