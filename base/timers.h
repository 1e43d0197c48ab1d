// Monotonic time, and being called when some of it has passed: what the guards in front of
// providers need, as an interface, so that tests turn the clock by hand.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace proxyherd {

// Thread-safe.
class Timers {
 public:
  using Id = uint64_t;
  static constexpr Id kNone = 0;  // no timer's

  virtual ~Timers() = default;

  // Never steps back; its zero is arbitrary.
  virtual std::chrono::nanoseconds Now() = 0;

  // Calls `callback` once, `delay` from now or as soon as may be when that is not above zero, from
  // a thread of its own that the callback must not block, unless all callbacks of these timers are
  // made for that; never before After has been entered.
  virtual Id After(std::chrono::nanoseconds delay, std::function<void()> callback) = 0;

  // When it returns the callback does not run and will not, unless it is the callback that cancels.
  // So nothing that a callback waits for may be held meanwhile. Ids of the past and kNone do
  // nothing.
  virtual void Cancel(Id id) = 0;
};

}  // namespace proxyherd
