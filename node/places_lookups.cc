#include "node/places_lookups.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/env.h"
#include "places/provider/errors.h"

namespace proxyherd::node {
namespace {

// Deadline of a lookup, because a person waits for the answer.
constexpr int64_t kLookupDeadlineNs = 5 * kSecond;

places::SearchRequest ToSearch(const gateway::PlacesQuery& query) {
  places::SearchRequest search;
  search.latitude = query.latitude;
  search.longitude = query.longitude;
  search.radius_m = query.radius_m;
  search.max_results = query.bound;
  return search;
}

// Converts an error to the form of the text protocol.
gateway::PlacesFailure ToFailure(const absl::Status& error) {
  gateway::PlacesFailure failure;
  failure.http_code = places::HttpStatusOf(error);
  failure.status = absl::StatusCodeToString(error.code());
  failure.message = std::string(error.message());
  return failure;
}

}  // namespace

gateway::PlacesLookup LookupIn(const std::shared_ptr<places::Provider>& provider) {
  return [provider](const gateway::PlacesQuery& query,
                    std::function<void(gateway::PlacesAnswer)> done) {
    provider->Search(ToSearch(query), kLookupDeadlineNs,
                     [done = std::move(done)](absl::StatusOr<places::SearchAnswer> answer) {
                       done(answer.ok() ? gateway::PlacesAnswer(std::move(answer->json))
                                        : gateway::PlacesAnswer(ToFailure(answer.status())));
                     });
  };
}

}  // namespace proxyherd::node
