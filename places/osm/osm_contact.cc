// Accepts only unambiguous values, and drops the rest.
#include "places/osm/osm_contact.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace proxyherd {
namespace {

constexpr ptrdiff_t kMinDigits = 3;   // 112
constexpr ptrdiff_t kMaxDigits = 20;  // E.164 has 15; an extension may follow

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

}  // namespace

PhoneNumbers ReadPhone(absl::string_view value) {
  absl::string_view number = absl::StripAsciiWhitespace(value.substr(0, value.find(';')));
  absl::ConsumePrefix(&number, "tel:");
  const bool international = absl::StartsWith(number, "+");
  const absl::string_view rest = number.substr(international ? 1 : 0);
  const auto digits = std::count_if(rest.begin(), rest.end(), IsDigit);
  const bool all_belong = std::all_of(rest.begin(), rest.end(), [](char c) {
    return IsDigit(c) || absl::StrContains(" -./()", c);
  });
  if (!all_belong || digits < kMinDigits || digits > kMaxDigits) return {};
  if (!international) return {number, {}};
  if (!IsDigit(rest.front())) return {};
  return {{}, number};
}

std::string ReadWebsite(absl::string_view value) {
  // An address may contain semicolons: only those before a space or another address separate.
  for (const absl::string_view end : {"; ", ";http", ";www."}) {
    value = value.substr(0, value.find(end));
  }
  value = absl::StripAsciiWhitespace(value);
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7F && c != '"';
  });
  if (!printable) return {};
  absl::string_view rest = value;
  for (const absl::string_view scheme : {"http://", "https://"}) {
    if (!absl::StartsWithIgnoreCase(rest, scheme)) continue;
    rest.remove_prefix(scheme.size());
    return rest.empty() || rest.front() == '/' ? "" : std::string(value);
  }
  const absl::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  if (!absl::StrContains(host, '.') || host.front() == '.' || host.back() == '.' ||
      host.find_first_of(":@") != absl::string_view::npos) {
    return {};
  }
  return absl::StrCat("http://", value);
}

}  // namespace proxyherd
