// The links' times and sizes, each with its reason.
#pragma once

#include <cstdint>

#include "base/env.h"

namespace proxyherd::peer {

// Interval of heartbeats, which show liveness and disagreement. Heartbeats also keep gRPC's
// callback threads awake: these stall for up to 100 ms after a second without work.
inline constexpr int64_t kHeartbeatIntervalNs = 250 * kMillisecond;

// One in this many answers carries the clock: clocks drift slowly, and an idle link must cost less
// than a kilobyte a second.
inline constexpr uint64_t kBeatsPerClock = 8;

// A stream is cut if the neighbour sends no message for this long: eight heartbeats, so that a busy
// or briefly stopped neighbour is not cut, and a pulled cable is detected before a person notices
// it.
inline constexpr int64_t kLivenessTimeoutNs = 2 * kSecond;

// Maximum time from the dial until the first bytes can be written.
inline constexpr int64_t kConnectTimeoutNs = 1 * kSecond;

// The first change on an idle link leaves immediately, the next batch not before this time has
// passed, so that load makes larger batches at a delay that few notice. The cost of a message
// hardly depends on its contents, and at low rates it is mostly the wake-up: docs/adr/0008 has the
// measurements.
inline constexpr int64_t kBatchIntervalNs = 2 * kMillisecond;

// Far below gRPC's receive limit of 4 MiB, and large enough that the cost per message vanishes.
inline constexpr size_t kMaxBatchBytes = size_t{256} * 1024;

// Maximum bytes in flight to a neighbour that has not read them: two batches, which at a round trip
// of 50 ms allow 10 MB/s.
inline constexpr int kLinkWindowBytes = 512 * 1024;

// On a slow network batches shrink until one arrives within kSlowBatchNs, but not below this size:
// then 40 kbit/s suffice for a whole message to arrive within kLivenessTimeoutNs.
inline constexpr size_t kMinBatchBytes = size_t{8} * 1024;
inline constexpr int64_t kSlowBatchNs = kSecond / 2;

// Minimum time between membership updates on one stream. Several nodes often change at about the
// same time, e.g. if a neighbour of theirs dies; and a node that invents members must not keep
// records from flowing.
inline constexpr int64_t kMembershipIntervalNs = 20 * kMillisecond;

// Minimum time between acknowledgements. They only serve resumption and the feed's memory, so they
// can be few.
inline constexpr int64_t kAcknowledgeIntervalNs = 20 * kMillisecond;

// Maximum batches in flight. At one per kBatchIntervalNs and one acknowledgement per
// kAcknowledgeIntervalNs about ten are normal. Many more mean that the neighbour does not keep up,
// and HTTP/2 flow control holds the rest back.
inline constexpr size_t kMaxUnacknowledged = 256;

// Maximum age of a flooded record in the histogram: an older record waited for a cut link, or its
// node's clock is wrong.
inline constexpr int64_t kOldestFloodNs = 3600 * kSecond;

// Back-off between attempts: initial, growth, maximum. Each delay is drawn from [half, whole] of
// its value, so that two nodes do not dial in step for ever.
inline constexpr int64_t kFirstBackoffNs = 100 * kMillisecond;
inline constexpr int64_t kBackoffGrowthPercent = 160;
inline constexpr int64_t kMaxBackoffNs = 1 * kSecond;

// A node that reaches no neighbour for this long serves its clients with what it has.
inline constexpr int64_t kAloneAfterNs = 5 * kSecond;

// A node whose linked neighbours have all just started waits this long for one that knows more.
inline constexpr int64_t kGatherTimeNs = 1 * kSecond;

// A node serves clients after this time even if a neighbour is still sending its records; ten
// million records take a fraction of it.
inline constexpr int64_t kMaxWaitingNs = 60 * kSecond;

}  // namespace proxyherd::peer
