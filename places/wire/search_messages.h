// Searches and their outcomes as messages of places.proto. Pure.
#pragma once

#include "absl/status/statusor.h"
#include "places/provider/provider.h"
#include "proxyherd/places/v1/places.pb.h"

namespace proxyherd {

// INVALID_ARGUMENT, naming the field and its range, for a message that is no search.
absl::StatusOr<SearchRequest> ToSearchRequest(
    const proxyherd::places::v1::SearchNearbyRequest& message);

// REQUIRES: `message` is empty.
void ToMessage(const SearchRequest& request, proxyherd::places::v1::SearchNearbyRequest& message);

void ToMessage(SearchAnswer answer, proxyherd::places::v1::SearchNearbyResponse& message);

// `status` must not be OK. Keeps the upstream's HTTP status, see errors.h.
void ToMessage(const absl::Status& status, proxyherd::places::v1::SearchFailure& message);

// The error that ToMessage has written; never OK, whatever the message says.
absl::Status ToStatus(const proxyherd::places::v1::SearchFailure& message);

// The outcome of a search; its texts are moved out of `message`.
absl::StatusOr<SearchAnswer> ToSearchAnswer(proxyherd::places::v1::NumberedAnswer& message);

}  // namespace proxyherd
