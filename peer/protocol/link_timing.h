// The links' times and sizes, each with its reason.
#pragma once

#include <cstdint>

#include "base/env.h"

namespace proxyherd {

// The sign of life, and how fast disagreement is noticed. Also keeps gRPC's callback threads from
// going to sleep (they stall for up to 100 ms after a second without work).
inline constexpr int64_t kHeartbeatIntervalNs = 250 * kMillisecond;

// Answers to every so many heartbeats tell the time: clocks drift slowly, and an idle link is to
// cost less than a kilobyte a second.
inline constexpr uint64_t kBeatsPerClock = 8;

// No message from the neighbour for this long cuts the stream: eight heartbeats, so that a busy or
// briefly stopped neighbour is not cut, and a pulled cable is noticed before a person notices it.
inline constexpr int64_t kLivenessTimeoutNs = 2 * kSecond;

// Dialling, until the first bytes can be written.
inline constexpr int64_t kConnectTimeoutNs = 1 * kSecond;

// The first change on an idle link leaves at once, the next write no sooner than this: load makes
// batches, at a delay that few notice. What a message costs does not depend on what is in it, and
// where messages are few it is mostly waking up: docs/adr/0008 has what was measured.
inline constexpr int64_t kBatchIntervalNs = 2 * kMillisecond;

// Below gRPC's receive limit of 4 MiB by far, large enough that its cost per message vanishes.
inline constexpr size_t kMaxBatchBytes = size_t{256} * 1024;

// How much may be under way to a neighbour that has not read it: two batches, which at a round trip
// of 50 ms allow 10 MB/s.
inline constexpr int kLinkWindowBytes = 512 * 1024;

// On a slow network batches stay so small that one arrives within half a second, down to this: then
// 40 kbit/s suffice for the neighbour to hear a whole message within kLivenessTimeoutNs.
inline constexpr size_t kMinBatchBytes = size_t{8} * 1024;
inline constexpr int64_t kSlowBatchNs = kSecond / 2;

// Messages of notices of one stream. Several nodes often speak at about the same time, as when a
// neighbour of theirs dies; and who makes nodes up does not keep records from flowing.
inline constexpr int64_t kMembershipIntervalNs = 20 * kMillisecond;

// Acknowledgements are only for resuming and for feed memory, so they can be few.
inline constexpr int64_t kAcknowledgeIntervalNs = 20 * kMillisecond;

// Batches in flight. At one per kBatchIntervalNs and one acknowledgement per kAcknowledgeIntervalNs
// about ten are normal. Many more mean that the neighbour does not keep up, and HTTP/2 holds the
// rest back anyway.
inline constexpr size_t kMaxUnacknowledged = 256;

// The age of a flooded record is told as no more than this: what is older waited for a cut link, or
// its node's clock is wrong.
inline constexpr int64_t kOldestFloodNs = 3600 * kSecond;

// Back-off between attempts: first, growth, most; each drawn from [half, whole] of its value, so
// that two nodes do not dial in step for ever.
inline constexpr int64_t kFirstBackoffNs = 100 * kMillisecond;
inline constexpr int64_t kBackoffGrowthPercent = 160;
inline constexpr int64_t kMaxBackoffNs = 1 * kSecond;

// A node that finds no neighbour to ask serves its clients with what it has.
inline constexpr int64_t kAloneAfterNs = 5 * kSecond;

// A node whose neighbours have all just started waits this long for one that knows more.
inline constexpr int64_t kGatherTimeNs = 1 * kSecond;

// A node serves whatever its neighbours do: one that is still sending what it knows after this
// long, several times what ten million records take, is waited for no longer.
inline constexpr int64_t kMaxWaitingNs = 60 * kSecond;

}  // namespace proxyherd
