// Waits for a result of another thread, with periodic checks.
#pragma once

#include <chrono>
#include <future>

#include "absl/functional/function_ref.h"

namespace proxyherd {

// Returns or throws what `future` does. Until then calls `look` every `pause` on this thread.
template <typename T>
T GetLooking(std::future<T> future, std::chrono::milliseconds pause,
             absl::FunctionRef<void()> look) {
  while (future.wait_for(pause) != std::future_status::ready) look();
  return future.get();
}

}  // namespace proxyherd
