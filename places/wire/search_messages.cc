#include "places/wire/search_messages.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "places/provider/errors.h"

namespace proxyherd::places {
namespace {

std::vector<std::string> ToStrings(const google::protobuf::RepeatedPtrField<std::string>& names) {
  return {names.begin(), names.end()};
}

void SetNames(const std::vector<std::string>& names,
              google::protobuf::RepeatedPtrField<std::string>& field) {
  field.Assign(names.begin(), names.end());
}

v1::RankPreference ToRankPreference(Rank rank) {
  switch (rank) {
    case Rank::kDistance:
      return v1::RANK_PREFERENCE_DISTANCE;
    case Rank::kPopularity:
      return v1::RANK_PREFERENCE_POPULARITY;
    case Rank::kUnspecified:
      break;
  }
  return v1::RANK_PREFERENCE_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<SearchRequest> ToSearchRequest(const v1::SearchNearbyRequest& message) {
  const int wanted = message.max_result_count();
  SearchRequest search;
  search.latitude = message.latitude();
  search.longitude = message.longitude();
  search.radius_m = message.radius_meters();
  search.max_results = wanted == 0 ? kMaxResults : wanted;
  search.types.included = ToStrings(message.included_types());
  search.types.excluded = ToStrings(message.excluded_types());
  search.types.included_primary = ToStrings(message.included_primary_types());
  search.types.excluded_primary = ToStrings(message.excluded_primary_types());
  search.language = message.language_code();
  search.region = message.region_code();
  switch (message.rank_preference()) {
    case v1::RANK_PREFERENCE_UNSPECIFIED:
      search.rank = Rank::kUnspecified;
      break;
    case v1::RANK_PREFERENCE_DISTANCE:
      search.rank = Rank::kDistance;
      break;
    case v1::RANK_PREFERENCE_POPULARITY:
      search.rank = Rank::kPopularity;
      break;
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("rank_preference must be one of RankPreference, not ",
                       static_cast<int>(message.rank_preference())));
  }
  if (absl::Status status = ValidateSearchRequest(search); !status.ok()) return status;
  return search;
}

void ToMessage(const SearchRequest& request, v1::SearchNearbyRequest& message) {
  assert(message.ByteSizeLong() == 0);
  message.set_latitude(request.latitude);
  message.set_longitude(request.longitude);
  message.set_radius_meters(request.radius_m);
  message.set_max_result_count(request.max_results);
  SetNames(request.types.included, *message.mutable_included_types());
  SetNames(request.types.excluded, *message.mutable_excluded_types());
  SetNames(request.types.included_primary, *message.mutable_included_primary_types());
  SetNames(request.types.excluded_primary, *message.mutable_excluded_primary_types());
  message.set_rank_preference(ToRankPreference(request.rank));
  message.set_language_code(request.language);
  message.set_region_code(request.region);
}

void ToMessage(SearchAnswer answer, v1::SearchNearbyResponse& message) {
  message.set_json(std::move(answer.json));
  message.set_provider(std::move(answer.provider));
  message.set_reason(std::move(answer.reason));
}

void ToMessage(const absl::Status& status, v1::SearchFailure& message) {
  assert(!status.ok());
  message.set_code(static_cast<int>(status.code()));
  message.set_message(std::string(status.message()));
  message.set_http_status(UpstreamHttpStatus(status).value_or(0));
}

absl::Status ToStatus(const v1::SearchFailure& message) {
  const auto code = static_cast<absl::StatusCode>(message.code());
  const bool known = message.code() > 0 && message.code() <= 16;
  absl::Status status(known ? code : absl::StatusCode::kUnknown, message.message());
  if (message.http_status() != 0) SetUpstreamHttpStatus(status, message.http_status());
  return status;
}

absl::StatusOr<SearchAnswer> ToSearchAnswer(v1::NumberedAnswer& message) {
  if (!message.has_found()) return ToStatus(message.failure());
  v1::SearchNearbyResponse& found = *message.mutable_found();
  return SearchAnswer{std::move(*found.mutable_json()), std::move(*found.mutable_provider()),
                      std::move(*found.mutable_reason())};
}

}  // namespace proxyherd::places
