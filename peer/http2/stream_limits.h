// Limits on what the other end of a connection may send, below the links' own (see
// peer/protocol/link_limits.h): here nothing is known of who it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/counters.h"
#include "base/rate_budget.h"

namespace proxyherd::peer {

// Each of them ends the connection.
enum class StreamLimit : uint8_t {
  kConnections,            // too many without a hello, in all
  kConnectionsPerAddress,  // likewise, of one address
  kGreetingTime,           // no hello in time
  kGreetingBytes,          // too much before the hello
  kHeaderBytes,            // header fields too long
  kMessageBytes,           // a message too long
  kStreams,                // a second stream
  kControlFrames,          // too many frames that carry no data
};
inline constexpr int kStreamLimits = 8;

// Returns the value of the metric label `limit`.
std::string_view NameOf(StreamLimit limit);

// Number of hits of each limit. Thread-safe.
struct StreamLimitHits {
  void Add(StreamLimit limit) { hits[static_cast<size_t>(limit)].Add(); }
  uint64_t operator[](StreamLimit limit) const { return hits[static_cast<size_t>(limit)].Value(); }
  std::array<Counter, kStreamLimits> hits;
};

// A hello has some 200 bytes, and is the only message before the answer.
inline constexpr size_t kMaxGreetingMessageBytes = size_t{4} * 1024;
// Everything before the hello's answer: header fields of at most their limit, settings, the hello.
inline constexpr size_t kMaxGreetingBytes = size_t{32} * 1024;
// Names, values and 32 bytes for each field, as HTTP/2 counts them. A gRPC client sends some 500.
inline constexpr size_t kMaxHeaderBytes = size_t{8} * 1024;

// Maximum burst and rate per second of frames without data: pings, settings, header fields, window
// updates. The window updates of 32 MB/s are some 2,000, and a gRPC library measures the network's
// bandwidth with a ping for each round trip at most.
inline constexpr int64_t kControlFrameBurst = 4000;
inline constexpr int64_t kControlFramesPerSecond = 8000;

// Limits the frames of one connection that carry no data.
struct ControlFrameBudget : RateBudget {
  ControlFrameBudget() : RateBudget(kControlFrameBurst, kControlFramesPerSecond) {}
};

}  // namespace proxyherd::peer
