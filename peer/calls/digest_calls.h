// What the call about digests does with a request, as peer/calls/location_calls.h for those about
// clients.
//
// Pure. Thread-safe, as the table is.
#pragma once

#include "absl/status/status.h"
#include "core/table.h"
#include "proxyherd/peer/v1/peer.pb.h"

namespace proxyherd {

// As many as the whole has parts: a caller goes down by one question a level.
inline constexpr int kMaxDigestRanges = 64;

// Does a bounded amount of work: ranges that are left over are not in the answer, but the first
// always is. INVALID_ARGUMENT names the malformed field; FAILED_PRECONDITION: the table does not
// know the sums of that tick.
absl::Status GetDigests(const Table& table, const peer::v1::GetDigestsRequest& request,
                        peer::v1::GetDigestsResponse& response);

}  // namespace proxyherd
