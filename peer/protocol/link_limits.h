// What a neighbour may send, each limit with its reason. One that passed the handshake may still be
// broken, or somebody else's: whatever it sends costs a bounded amount of memory and work.
//
// No honest neighbour of this protocol version comes near a limit that ends the stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/env.h"
#include "core/origins.h"
#include "core/record.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd {

// Every limit that a neighbour can run into.
enum class LinkLimit : uint8_t {
  kBatchBytes,    // ends the stream
  kBatchOrigins,  // likewise
  kMessageRate,   // likewise
  kOrigins,       // a record was skipped, because no more names of nodes can be kept
  kNotices,       // more notices in a message than any node sends; ends the stream
};
inline constexpr int kLinkLimits = 5;

// A name for the outside: a value of a metric's label.
std::string_view NameOf(LinkLimit limit);

// What to say of a neighbour that is over it.
std::string OverLimit(const std::string& neighbour, LinkLimit limit);

// Hits of each.
struct LinkLimitHits {
  uint64_t& operator[](LinkLimit limit) { return hits[static_cast<size_t>(limit)]; }
  uint64_t operator[](LinkLimit limit) const { return hits[static_cast<size_t>(limit)]; }
  std::array<uint64_t, kLinkLimits> hits{};
};

// What a dialled neighbour may answer in one message, in bytes of its wire form. The node's server
// has the same limit for what comes in.
inline constexpr int kMaxAnswerBytes = 1 << 20;

// A sender stops at the first record that fills its batch.
inline constexpr size_t kMaxWireBatchBytes = kMaxBatchBytes + kMaxRecordBytes;

// A batch names each origin once, and a node knows no more of them.
inline constexpr size_t kMaxBatchOrigins = OriginTable::kMaxOrigins;

// Messages of a stream in either direction: what may come at once, and then in a second. A sender
// that is not acknowledged stops after kMaxUnacknowledged batches, and writes no more than one for
// each kBatchIntervalNs unless they are full: 500 a second, some heartbeats, and of full ones as
// many as make 32 MB/s at their least size, before they grow.
inline constexpr int64_t kMessageBurst = 4 * static_cast<int64_t>(kMaxUnacknowledged);
inline constexpr int64_t kMessagesPerSecond = 4000;

// The limit that a batch is over.
std::optional<LinkLimit> LimitOver(const Batch& batch);

// Counts the messages of one stream against the two numbers above.
class MessageBudget {
 public:
  // Whether one more message may come at `now_ns`, which never goes back.
  bool Take(int64_t now_ns);

 private:
  // When all that has come would have come at the steady rate; never long in the past.
  int64_t paid_until_ns_ = std::numeric_limits<int64_t>::min();
};

}  // namespace proxyherd
