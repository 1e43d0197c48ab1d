// Converts searches and their outcomes to messages of places.proto and back. No I/O.
#pragma once

#include "absl/status/statusor.h"
#include "places/provider/provider.h"
#include "proxyherd/places/v1/places.pb.h"

namespace proxyherd::places {

// INVALID_ARGUMENT, with the field and its range, if the message is not a valid search.
absl::StatusOr<SearchRequest> ToSearchRequest(
    const proxyherd::places::v1::SearchNearbyRequest& message);

// REQUIRES: `message` is empty.
void ToMessage(const SearchRequest& request, proxyherd::places::v1::SearchNearbyRequest& message);

void ToMessage(SearchAnswer answer, proxyherd::places::v1::SearchNearbyResponse& message);

// Keeps the upstream's HTTP status (errors.h). REQUIRES: `status` is not OK.
void ToMessage(const absl::Status& status, proxyherd::places::v1::SearchFailure& message);

// Returns the error that ToMessage wrote; for any message never OK.
absl::Status ToStatus(const proxyherd::places::v1::SearchFailure& message);

// Returns the outcome of a search; its strings are moved out of `message`.
absl::StatusOr<SearchAnswer> ToSearchAnswer(proxyherd::places::v1::NumberedAnswer& message);

}  // namespace proxyherd::places
