// Waiting for what another thread makes without losing sight of it.
#pragma once

#include <chrono>
#include <future>

#include "absl/functional/function_ref.h"

namespace proxyherd {

// What `future` gives, or throws. Until it is there, `look` is called every `pause` on this thread.
template <typename T>
T GetLooking(std::future<T> future, std::chrono::milliseconds pause,
             absl::FunctionRef<void()> look) {
  while (future.wait_for(pause) != std::future_status::ready) look();
  return future.get();
}

}  // namespace proxyherd
