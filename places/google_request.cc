// Builds the one call that we make, and judges what an operator may configure of it.
#include "places/google_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace proxyherd {
namespace {

bool IsHostCharacter(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.'; }

bool IsPathCharacter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; }

// `HOST[:PORT]`; IPv6 in brackets is left to those who need it to name by a host.
bool IsAuthority(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  int port = 0;
  return parts.size() <= 2 && !parts[0].empty() &&
         std::all_of(parts[0].begin(), parts[0].end(), IsHostCharacter) &&
         (parts.size() == 1 || (absl::SimpleAtoi(parts[1], &port) && port > 0 && port <= 65535));
}

bool IsThisMachine(absl::string_view authority) {
  const absl::string_view host = authority.substr(0, authority.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

absl::string_view CheckEndpoint(absl::string_view endpoint) {
  const bool secure = absl::ConsumePrefix(&endpoint, "https://");
  if (!secure && !absl::ConsumePrefix(&endpoint, "http://")) {
    return "it must start with https:// (or http://)";
  }
  absl::ConsumeSuffix(&endpoint, "/");
  if (!IsAuthority(endpoint)) return "after the scheme it must be HOST or HOST:PORT, and no more";
  if (!secure && !IsThisMachine(endpoint)) {
    return "http:// would send the key in the clear: only localhost and 127.0.0.1 may be called so";
  }
  return "";
}

absl::string_view CheckFieldMask(absl::string_view mask) {
  for (const absl::string_view path : absl::StrSplit(mask, ',')) {
    if (path == "*") continue;
    if (!std::all_of(path.begin(), path.end(), IsPathCharacter)) {
      return "it must hold paths separated by commas, with no blanks";
    }
    if (!absl::StartsWith(path, "places.") || path.size() == 7) {
      return "each of its paths must start with places.";
    }
  }
  return "";
}

}  // namespace

absl::Status ValidateGoogleOptions(const GoogleOptions& options) {
  std::vector<std::string> errors;
  if (const absl::string_view error = CheckEndpoint(options.endpoint); !error.empty()) {
    errors.push_back(absl::StrCat("Google's endpoint \"", options.endpoint, "\": ", error));
  }
  if (const absl::string_view error = CheckFieldMask(options.field_mask); !error.empty()) {
    errors.push_back(absl::StrCat("Google's field mask \"", options.field_mask, "\": ", error));
  }
  return errors.empty() ? absl::OkStatus()
                        : absl::InvalidArgumentError(absl::StrJoin(errors, "; "));
}

HttpRequest BuildGoogleRequest(const GoogleOptions& options, const SearchRequest& request) {
  const nlohmann::ordered_json body = {
      {"maxResultCount", request.max_results},
      {"rankPreference", "DISTANCE"},
      {"locationRestriction",
       {{"circle",
         {{"center", {{"latitude", request.latitude}, {"longitude", request.longitude}}},
          {"radius", request.radius_m}}}}}};
  return {absl::StrCat(absl::StripSuffix(options.endpoint, "/"), "/v1/places:searchNearby"),
          {"Content-Type: application/json", absl::StrCat("X-Goog-Api-Key: ", options.api_key),
           absl::StrCat("X-Goog-FieldMask: ", options.field_mask)},
          body.dump()};
}

}  // namespace proxyherd
