// The links' times and sizes, each with its reason.
#pragma once

#include <cstdint>

#include "base/env.h"

namespace proxyherd::peer {

// Returns the next multiple of `interval_ns` after `now_ns`, which is monotonic and not negative.
// Regular work of the links thread is due at such times, so that one wake-up serves all of it: the
// heartbeats to all neighbours, expiry, and the look at the node's own membership entry. Nodes do
// not depend on each other's phase.
inline constexpr int64_t NextMultiple(int64_t interval_ns, int64_t now_ns) {
  return (now_ns / interval_ns + 1) * interval_ns;
}

// Interval of heartbeats, which show liveness and disagreement.
inline constexpr int64_t kHeartbeatIntervalNs = 250 * kMillisecond;

// One in kBeatsPerClock answers has the clock: clocks drift slowly, and an idle link must cost less
// than a kilobyte a second.
inline constexpr uint64_t kBeatsPerClock = 8;

// A stream is cut if the neighbour sends no message for this long: eight heartbeats, so that a busy
// or briefly stopped neighbour is not cut, and a pulled cable is detected before a person notices
// it.
inline constexpr int64_t kLivenessTimeoutNs = 2 * kSecond;

// Maximum time from the dial until the neighbour has answered in HTTP/2.
inline constexpr int64_t kConnectTimeoutNs = 1 * kSecond;

// Minimum time between batches: the first change on an idle link leaves immediately, the next batch
// after this time. So load makes batches larger, at a delay that few notice. The cost of a message
// hardly depends on its contents; at low rates it is mostly the wake-up (measured in
// docs/adr/0015).
inline constexpr int64_t kBatchIntervalNs = 1 * kMillisecond;

// Below kMaxLinkMessageBytes, and large enough that the cost per message is small.
inline constexpr size_t kMaxBatchBytes = size_t{256} * 1024;

// Maximum bytes in flight to a neighbour that has not read them: two batches, which at a round trip
// of 50 ms allow 10 MB/s.
inline constexpr int kLinkWindowBytes = 512 * 1024;

// On a slow network batches shrink until they arrive within kSlowBatchNs, but not below this size,
// of which a message needs only 40 kbit/s to arrive within kLivenessTimeoutNs.
inline constexpr size_t kMinBatchBytes = size_t{8} * 1024;
inline constexpr int64_t kSlowBatchNs = kSecond / 2;

// Minimum time between membership updates on one stream: several nodes often change at about the
// same time, e.g. when a common neighbour dies, and a node that invents members must not delay
// records.
inline constexpr int64_t kMembershipIntervalNs = 20 * kMillisecond;

// Minimum time between messages that only acknowledge batches. Most acknowledgements are needed
// only to resume a stream and to free the feed's memory; they ride on the answers to heartbeats.
inline constexpr int64_t kAcknowledgeIntervalNs = 20 * kMillisecond;

// Maximum batches in flight. At one per kBatchIntervalNs and one acknowledgement per
// kHeartbeatIntervalNs up to half of them are normal; beyond that each batch asks for an
// acknowledgement. Many more mean that the neighbour cannot keep up and HTTP/2 flow control holds
// batches back.
inline constexpr size_t kMaxUnacknowledged = 256;

// Bytes of records in flight from which on each batch asks for an acknowledgement: until it comes,
// the feed keeps the records' entries, and a broken stream sends them again. These are about 700
// records, far fewer than the entries that the feeds of a table can hold.
inline constexpr size_t kMaxLateBytes = size_t{64} * 1024;

// Maximum age of a flooded record in the histogram; an older record had to wait for a cut link, or
// its origin's clock is wrong.
inline constexpr int64_t kOldestFloodNs = 3600 * kSecond;

// Back-off between dials: first delay, growth, maximum. Each delay is random, from half of this
// value to all of it, so that two nodes do not dial in step forever.
inline constexpr int64_t kFirstBackoffNs = 100 * kMillisecond;
inline constexpr int64_t kBackoffGrowthPercent = 160;
inline constexpr int64_t kMaxBackoffNs = 1 * kSecond;

// A node that reaches no neighbour for this long serves its clients with the records it has.
inline constexpr int64_t kAloneAfterNs = 5 * kSecond;

// A node that has the records of all linked neighbours waits this long for the others to link.
inline constexpr int64_t kGatherTimeNs = 1 * kSecond;

// A node serves clients after this time even if a neighbour is still sending records. Ten million
// take a fraction of it.
inline constexpr int64_t kMaxWaitingNs = 60 * kSecond;

}  // namespace proxyherd::peer
