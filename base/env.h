// Clock and randomness, passed in wherever they are needed, so that tests and the simulation of a
// whole herd control the time.
#pragma once

#include <cstdint>

namespace proxyherd {

// Nanoseconds; the unit of all time in the project.
inline constexpr int64_t kMicrosecond = 1'000;
inline constexpr int64_t kMillisecond = 1'000'000;
inline constexpr int64_t kSecond = 1'000'000'000;

// Thread-safe.
class Env {
 public:
  virtual ~Env() = default;

  // Wall clock: nanoseconds since 1970. May step; use it only for stamps that leave the process.
  virtual int64_t NowNs() = 0;

  // Never steps back; its zero is arbitrary. For time-outs and measuring.
  virtual int64_t MonotonicNs() = 0;

  // 64 random bits; not for secrets that must withstand an observer of the process.
  virtual uint64_t Random() = 0;
};

}  // namespace proxyherd
