// Waiting for a lock.
#include "core/mutex.h"

namespace proxyherd {
namespace {

// Looks that one takes before it sleeps; a pause between two takes some ten nanoseconds. Sleeping
// and being woken costs as much as a hundred reports.
constexpr int kLooks = 200;

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

void Mutex::LockSlow() {
  for (int i = 0; i < kLooks; ++i) {
    int32_t seen = state_.load(std::memory_order_relaxed);
    if (seen == kFree && state_.compare_exchange_weak(seen, kTaken, std::memory_order_acquire)) {
      return;
    }
    Pause();
  }
  // Who has slept cannot tell whether others still do, so it leaves word for them, too.
  while (state_.exchange(kAwaited, std::memory_order_acquire) != kFree) state_.wait(kAwaited);
}

}  // namespace proxyherd
