// The one judgement of what may be asked of a provider.
#include "places/provider.h"

#include "absl/strings/str_cat.h"

namespace proxyherd {

absl::Status ValidateSearchRequest(const SearchRequest& request) {
  const auto refuse = [](absl::string_view field, absl::string_view range, auto value) {
    return absl::InvalidArgumentError(absl::StrCat(field, " must be in ", range, ", not ", value));
  };
  // Each test is written so that NaN fails it.
  if (!(request.latitude >= -90 && request.latitude <= 90)) {
    return refuse("latitude", "[-90, 90]", request.latitude);
  }
  if (!(request.longitude >= -180 && request.longitude <= 180)) {
    return refuse("longitude", "[-180, 180]", request.longitude);
  }
  if (!(request.radius_m > 0 && request.radius_m <= kMaxRadiusM)) {
    return refuse("radius_meters", "(0, 50000]", request.radius_m);
  }
  if (request.max_results < 1 || request.max_results > kMaxResults) {
    return refuse("max_result_count", "[1, 20]", request.max_results);
  }
  return absl::OkStatus();
}

std::vector<ProviderStatus> Provider::Describe() const {
  ProviderStatus status;
  status.name = std::string(name());
  return {status};
}

}  // namespace proxyherd
