// Limits on what a neighbour may send, each with its reason. A neighbour that has passed the
// handshake may still be broken or malicious, so each of its messages must cost a bounded amount of
// memory and work.
//
// A correct neighbour of this protocol version stays far below each limit that ends the stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/rate_budget.h"
#include "core/origins.h"
#include "core/record.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

// The limits that a neighbour can hit, and what happens at each.
enum class LinkLimit : uint8_t {
  kBatchBytes,    // ends the stream
  kBatchOrigins,  // likewise
  kMessageRate,   // likewise
  kOrigins,       // skips the record: no more node names can be kept
  kMembers,       // too many membership entries in a message; ends the stream
};
inline constexpr int kLinkLimits = 5;

// Returns the value of the metric label `limit`.
std::string_view NameOf(LinkLimit limit);

// Returns the error text for a neighbour that exceeds the limit.
std::string OverLimit(const std::string& neighbour, LinkLimit limit);

// Number of hits of each limit.
struct LinkLimitHits {
  uint64_t& operator[](LinkLimit limit) { return hits[static_cast<size_t>(limit)]; }
  uint64_t operator[](LinkLimit limit) const { return hits[static_cast<size_t>(limit)]; }
  std::array<uint64_t, kLinkLimits> hits{};
};

// Maximum wire size of one message of a link, in either direction. The largest batch has some 550
// KiB, if it names the maximum number of nodes, with the longest names.
inline constexpr size_t kMaxLinkMessageBytes = size_t{1} << 20;

// A sender ends a batch with the record that fills it, which may exceed kMaxBatchBytes.
inline constexpr size_t kMaxWireBatchBytes = kMaxBatchBytes + kMaxRecordBytes;

// A batch names each origin once, and a node knows at most this many.
inline constexpr size_t kMaxBatchOrigins = OriginTable::kMaxOrigins;

// Maximum burst and rate per second of messages on a stream, in either direction. A sender stops
// after kMaxUnacknowledged unacknowledged batches, and writes at most one batch per
// kBatchIntervalNs unless batches are full. The rate allows those 1,000 a second, heartbeats, and
// 24 MB/s of full batches of the minimum size.
inline constexpr int64_t kMessageBurst = 4 * static_cast<int64_t>(kMaxUnacknowledged);
inline constexpr int64_t kMessagesPerSecond = 4000;

// Returns the limit that a batch exceeds, if any.
std::optional<LinkLimit> LimitOver(const Batch& batch);

// Limits the messages of one stream.
struct MessageBudget : RateBudget {
  MessageBudget() : RateBudget(kMessageBurst, kMessagesPerSecond) {}
};

}  // namespace proxyherd::peer
