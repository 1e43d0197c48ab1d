// Implements GetDigests, which gives operators and programs the sums that repair compares.
// peer/calls/location_calls.h has the calls about clients.
//
// No I/O. Thread-safe because the table is.
#pragma once

#include "absl/status/status.h"
#include "core/table.h"
#include "proxyherd/peer/v1/peer.pb.h"

namespace proxyherd::peer {

// The number of parts of the whole table, so that a caller descends with one request per level.
inline constexpr int kMaxDigestRanges = 64;

// Does a bounded amount of work: the response omits ranges that were not finished, but always has
// the first one. Returns INVALID_ARGUMENT, naming the field, if a field is malformed;
// FAILED_PRECONDITION if the table does not know the sums of that tick.
absl::Status GetDigests(const Table& table, const peer::v1::GetDigestsRequest& request,
                        peer::v1::GetDigestsResponse& response);

}  // namespace proxyherd::peer
