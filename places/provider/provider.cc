// The validation of searches, shared by all providers.
#include "places/provider/provider.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "places/provider/type_filter.h"

namespace proxyherd::places {
namespace {

bool IsLetters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isalpha);
}

// Checks the form of BCP 47: a language of two, three or (registered) five to eight letters, then
// subtags of one to eight letters and digits, after hyphens. Providers know which exist.
bool IsLanguage(std::string_view text) {
  constexpr size_t kMaxSubtag = 8;
  if (text.size() > kMaxLanguageBytes) return false;
  bool first = true;
  for (const std::string_view subtag : Split(text, '-')) {
    if (subtag.empty() || subtag.size() > kMaxSubtag) return false;
    if (!std::all_of(subtag.begin(), subtag.end(), absl::ascii_isalnum)) return false;
    if (first && (!IsLetters(subtag) || subtag.size() < 2 || subtag.size() == 4)) return false;
    first = false;
  }
  return true;
}

bool IsRegion(std::string_view text) { return text.size() == 2 && IsLetters(text); }

// Returns a client's text, shortened and printable.
std::string Quoted(std::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(ToAbsl(text.substr(0, kMaxLanguageBytes))), "\"");
}

}  // namespace

absl::Status ValidateSearchRequest(const SearchRequest& request) {
  const auto refuse = [](std::string_view field, std::string_view range, auto value) {
    return absl::InvalidArgumentError(
        absl::StrCat(ToAbsl(field), " must be in ", ToAbsl(range), ", not ", value));
  };
  // Each comparison is written so that NaN fails it.
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
  if (!request.language.empty() && !IsLanguage(request.language)) {
    return refuse("language_code", "the form of BCP 47 (\"de\", \"pt-BR\")",
                  Quoted(request.language));
  }
  if (!request.region.empty() && !IsRegion(request.region)) {
    return refuse("region_code", "the form of two letters (\"US\")", Quoted(request.region));
  }
  return ValidateTypeFilter(request.types);
}

std::vector<ProviderStatus> Provider::Describe() const {
  ProviderStatus status;
  status.name = std::string(name());
  return {status};
}

}  // namespace proxyherd::places
