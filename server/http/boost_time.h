// Converts our durations to those of Boost's timers.
#pragma once

#include <chrono>
#include <cstdint>

namespace proxyherd::server {

constexpr std::chrono::nanoseconds BoostTime(int64_t ns) { return std::chrono::nanoseconds(ns); }

}  // namespace proxyherd::server
