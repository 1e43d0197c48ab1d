#include "places/google/google_request.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "places/google/api_key.h"
#include "places/google/google_price.h"

namespace proxyherd::places {
namespace {

using Json = nlohmann::ordered_json;

bool IsHostCharacter(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.'; }

// Accepts `HOST[:PORT]`. IPv6 addresses in brackets are not supported; a host name must be used.
bool IsAuthority(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, ':');
  int port = 0;
  return parts.size() <= 2 && !parts[0].empty() &&
         std::all_of(parts[0].begin(), parts[0].end(), IsHostCharacter) &&
         (parts.size() == 1 ||
          (absl::SimpleAtoi(ToAbsl(parts[1]), &port) && port > 0 && port <= 65535));
}

bool IsThisMachine(std::string_view authority) {
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

std::string_view CheckEndpoint(std::string_view endpoint) {
  const bool secure = ConsumePrefix(&endpoint, "https://");
  if (!secure && !ConsumePrefix(&endpoint, "http://")) {
    return "it must start with https:// (or http://)";
  }
  ConsumeSuffix(&endpoint, "/");
  if (!IsAuthority(endpoint)) return "after the scheme it must be only HOST or HOST:PORT";
  if (!secure && !IsThisMachine(endpoint)) {
    return "http:// would send the key unencrypted: it is allowed only for localhost and 127.0.0.1";
  }
  return "";
}

// Applies the configured defaults to fields that the search leaves empty.
void FillIn(const GoogleOptions& options, SearchRequest& search) {
  if (search.types == TypeFilter()) search.types = options.types;
  if (search.rank == Rank::kUnspecified) search.rank = options.rank;
  if (search.language.empty()) search.language = options.language;
  if (search.region.empty()) search.region = options.region;
}

}  // namespace

absl::Status ValidateGoogleOptions(const GoogleOptions& options) {
  std::vector<std::string> errors;
  if (const std::string_view error = CheckEndpoint(options.endpoint); !error.empty()) {
    errors.push_back(absl::StrCat("Google's endpoint \"", options.endpoint, "\": ", ToAbsl(error)));
  }
  if (const absl::Status status = ValidateFieldMask(options.field_mask); !status.ok()) {
    // The error names only the path, because a whole mask may be long.
    errors.push_back(absl::StrCat("Google's field mask: ", status.message()));
  }
  // The defaults must be valid in a search.
  SearchRequest search{.radius_m = 1};
  FillIn(options, search);
  if (const absl::Status status = ValidateSearchRequest(search); !status.ok()) {
    errors.push_back(absl::StrCat("defaults of searches at Google: ", status.message()));
  }
  return errors.empty() ? absl::OkStatus()
                        : absl::InvalidArgumentError(absl::StrJoin(errors, "; "));
}

HttpRequest BuildGoogleRequest(const GoogleOptions& options, std::string_view key,
                               const SearchRequest& request) {
  assert(ValidateGoogleOptions(options).ok());
  assert(IsApiKey(key));
  SearchRequest search = request;
  FillIn(options, search);
  Json body = Json::object();
  const auto add = [&body](const char* name, const auto& value) {
    if (!value.empty()) body[name] = value;
  };
  add("includedTypes", search.types.included);
  add("excludedTypes", search.types.excluded);
  add("includedPrimaryTypes", search.types.included_primary);
  add("excludedPrimaryTypes", search.types.excluded_primary);
  body["maxResultCount"] = search.max_results;
  body["rankPreference"] = search.rank == Rank::kPopularity ? "POPULARITY" : "DISTANCE";
  add("languageCode", search.language);
  add("regionCode", search.region);
  body["locationRestriction"] = {
      {"circle",
       {{"center", {{"latitude", search.latitude}, {"longitude", search.longitude}}},
        {"radius", search.radius_m}}}};
  return {absl::StrCat(absl::StripSuffix(options.endpoint, "/"), "/v1/places:searchNearby"),
          {"Content-Type: application/json", absl::StrCat("X-Goog-Api-Key: ", ToAbsl(key)),
           absl::StrCat("X-Goog-FieldMask: ", options.field_mask)},
          // Without this option, dump would throw on text that is not UTF-8.
          body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace proxyherd::places
