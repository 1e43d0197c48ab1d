// Lookups of places for the gateway.
#include "node/places/places_lookups.h"

#include <chrono>
#include <utility>

#include "places/provider/errors.h"

namespace proxyherd {

PlacesFailure ToFailure(const absl::Status& error) {
  PlacesFailure failure;
  failure.http_code = HttpStatusOf(error);
  failure.status = absl::StatusCodeToString(error.code());
  failure.message = std::string(error.message());
  return failure;
}

PlacesLookup EmbeddedPlaces(const std::shared_ptr<Provider>& provider) {
  return [provider](const PlacesQuery& query, std::function<void(PlacesAnswer)> done) {
    SearchRequest request;
    request.latitude = query.latitude;
    request.longitude = query.longitude;
    request.radius_m = query.radius_m;
    request.max_results = query.bound;
    provider->Search(request, std::chrono::nanoseconds(kLookupDeadlineNs),
                     [done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
                       done(answer.ok() ? PlacesAnswer(std::move(answer->json))
                                        : PlacesAnswer(ToFailure(answer.status())));
                     });
  };
}

}  // namespace proxyherd
