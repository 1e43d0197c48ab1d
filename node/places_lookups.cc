#include "node/places_lookups.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/env.h"
#include "places/provider/errors.h"

namespace proxyherd {
namespace {

// Deadline of a lookup; a person waits for the answer.
constexpr int64_t kLookupDeadlineNs = 5 * kSecond;

SearchRequest ToSearch(const PlacesQuery& query) {
  SearchRequest search;
  search.latitude = query.latitude;
  search.longitude = query.longitude;
  search.radius_m = query.radius_m;
  search.max_results = query.bound;
  return search;
}

// The error in the form of the text protocol.
PlacesFailure ToFailure(const absl::Status& error) {
  PlacesFailure failure;
  failure.http_code = HttpStatusOf(error);
  failure.status = absl::StatusCodeToString(error.code());
  failure.message = std::string(error.message());
  return failure;
}

}  // namespace

PlacesLookup LookupIn(const std::shared_ptr<Provider>& provider) {
  return [provider](const PlacesQuery& query, std::function<void(PlacesAnswer)> done) {
    provider->Search(ToSearch(query), kLookupDeadlineNs,
                     [done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
                       done(answer.ok() ? PlacesAnswer(std::move(answer->json))
                                        : PlacesAnswer(ToFailure(answer.status())));
                     });
  };
}

}  // namespace proxyherd
