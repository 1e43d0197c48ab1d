// Waits for a result of another thread, with periodic checks.
#pragma once

#include <cstdint>
#include <future>

#include "absl/functional/function_ref.h"
#include "runtime/wait.h"

namespace proxyherd::places {

// Returns or throws what `future` does. Until then calls `look` every `pause_ns` on this thread.
template <typename T>
T GetLooking(std::future<T> future, int64_t pause_ns, absl::FunctionRef<void()> look) {
  while (!runtime::IsReadyWithin(future, pause_ns)) look();
  return future.get();
}

}  // namespace proxyherd::places
