// Implements the call about digests: the sums that repair compares, for operators and programs.
// peer/calls/location_calls.h has the calls about clients.
//
// Pure. Thread-safe, as the table is.
#pragma once

#include "absl/status/status.h"
#include "core/table.h"
#include "proxyherd/peer/v1/peer.pb.h"

namespace proxyherd::peer {

// As many as the whole has parts, so that a caller descends with one request per level.
inline constexpr int kMaxDigestRanges = 64;

// Does a bounded amount of work: unfinished ranges are missing in the answer, but the first one is
// always there. INVALID_ARGUMENT names the malformed field; FAILED_PRECONDITION: the table does not
// know the sums of that tick.
absl::Status GetDigests(const Table& table, const peer::v1::GetDigestsRequest& request,
                        peer::v1::GetDigestsResponse& response);

}  // namespace proxyherd::peer
