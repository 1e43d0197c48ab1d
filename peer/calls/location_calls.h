// Implements the calls about clients: validate the request, query the table, fill in the response.
//
// No I/O; peer/service/peer_service.cc adds gRPC. Requests are not trusted, so every function
// accepts any message that parses. INVALID_ARGUMENT names the malformed field. Thread-safe because
// the table is.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/table.h"
#include "peer/calls/watch.h"
#include "proxyherd/peer/v1/peer.pb.h"

namespace proxyherd::peer {

inline constexpr int32_t kDefaultPageSize = 100;
// Maximum clients on a page, which is read and sent as a whole; see also kMaxPageBytes.
inline constexpr int32_t kMaxPageSize = 1000;
// Maximum client ids that one watch may name.
inline constexpr int kMaxWatchedIds = 1000;
// Maximum radius of a watched circle, in metres: a little more than any distance on earth.
inline constexpr double kMaxWatchRadius = 20'040'000;

// `received_ns`: since 1970. `held`: see Table::TakeReport. RESOURCE_EXHAUSTED if it is full.
absl::Status ReportLocation(Table& table, int64_t received_ns,
                            const peer::v1::ReportLocationRequest& request,
                            peer::v1::ReportLocationResponse& response, FeedPosition& held);

// Returns NOT_FOUND if the table has no report of the client.
absl::Status GetLocation(const Table& table, const peer::v1::GetLocationRequest& request,
                         peer::v1::GetLocationResponse& response);

absl::Status ListLocations(const Table& table, const peer::v1::ListLocationsRequest& request,
                           peer::v1::ListLocationsResponse& response);

absl::StatusOr<WatchFilter> ReadWatchFilter(const peer::v1::WatchLocationsRequest& request);

}  // namespace proxyherd::peer
