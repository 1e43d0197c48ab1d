// Implements the calls about clients: validates the request, asks the table, fills in the answer.
//
// Pure: messages and a table in, messages and a status out; peer/service/peer_service.cc brings
// gRPC. Requests are not trusted, so every function accepts any message that parses.
// INVALID_ARGUMENT names the malformed field. Thread-safe, as the table is.
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
// A page is read and sent in one piece; see also kMaxPageBytes.
inline constexpr int32_t kMaxPageSize = 1000;
// For more ids it is cheaper to watch all clients: each change is looked up among them.
inline constexpr int kMaxWatchedIds = 1000;
// Half the earth's circumference, in metres: a larger circle contains everything.
inline constexpr double kMaxWatchRadius = 20'040'000;

// `received_ns`: since 1970. `held`: see Table::TakeReport. RESOURCE_EXHAUSTED: the table is full.
absl::Status ReportLocation(Table& table, int64_t received_ns,
                            const peer::v1::ReportLocationRequest& request,
                            peer::v1::ReportLocationResponse& response, FeedPosition& held);

// NOT_FOUND: the table has no report of the client.
absl::Status GetLocation(const Table& table, const peer::v1::GetLocationRequest& request,
                         peer::v1::GetLocationResponse& response);

absl::Status ListLocations(const Table& table, const peer::v1::ListLocationsRequest& request,
                           peer::v1::ListLocationsResponse& response);

absl::StatusOr<WatchFilter> ReadWatchFilter(const peer::v1::WatchLocationsRequest& request);

}  // namespace proxyherd::peer
