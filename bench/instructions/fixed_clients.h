// The clients of the hot paths: their ids, their locations, and the times of their reports.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/env.h"

namespace proxyherd::bench {

inline constexpr std::string_view kFixedLocation = "+34.068930123-118.445127456";
inline constexpr int64_t kFirstSecond = 1'700'000'000;

// Returns an id of 16 bytes.
std::string FixedId(uint64_t client);

// Returns a time with nine fraction digits; a later round has a greater time.
std::string FixedTime(uint64_t round);

// Yields clients in an order that jumps through all of them.
class FixedOrder {
 public:
  explicit FixedOrder(uint64_t clients) : clients_(clients) {}
  uint64_t Next() { return (at_ += kStride) % clients_; }

 private:
  static constexpr uint64_t kStride = 1'000'003;  // a prime, so that every client occurs
  const uint64_t clients_;
  uint64_t at_ = 0;
};

// A clock that stands still.
class FixedEnv : public Env {
 public:
  int64_t NowNs() override { return kFirstSecond * kSecond; }
  int64_t MonotonicNs() override { return kSecond; }
  uint64_t Random() override { return 1; }
};

}  // namespace proxyherd::bench
