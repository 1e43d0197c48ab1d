// Monotonic time and timers as an interface, so that tests can set the clock. The guards in front
// of providers are built on it.
#pragma once

#include <cstdint>
#include <functional>

namespace proxyherd {

// Thread-safe.
class Timers {
 public:
  using Id = uint64_t;
  static constexpr Id kNone = 0;  // not the id of any timer

  virtual ~Timers() = default;

  // Nanoseconds. Never steps back; its zero is arbitrary.
  virtual int64_t MonotonicNs() = 0;

  // Calls `callback` once, after `delay_ns`, or as soon as possible if `delay_ns` is not positive.
  // It runs on the timers' own thread, which it must not block unless all callbacks of these timers
  // tolerate that. It may run before After returns.
  virtual Id After(int64_t delay_ns, std::function<void()> callback) = 0;

  // After it returns, the callback is not running and will not run, unless the callback itself
  // called it. So the caller must not hold anything that the callback waits for. Ids of ended
  // timers and kNone are ignored.
  virtual void Cancel(Id id) = 0;
};

}  // namespace proxyherd
