// Accepts only unambiguous values, and drops the rest.
#include "places/osm/osm_contact.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd::places {
namespace {

constexpr ptrdiff_t kMinDigits = 3;   // 112
constexpr ptrdiff_t kMaxDigits = 20;  // E.164 has 15; an extension may follow

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

}  // namespace

PhoneNumbers ReadPhone(std::string_view value) {
  std::string_view number =
      FromAbsl(absl::StripAsciiWhitespace(ToAbsl(value.substr(0, value.find(';')))));
  ConsumePrefix(&number, "tel:");
  const bool international = number.starts_with("+");
  const std::string_view rest = number.substr(international ? 1 : 0);
  const auto digits = std::count_if(rest.begin(), rest.end(), IsDigit);
  const bool all_belong = std::all_of(rest.begin(), rest.end(), [](char c) {
    return IsDigit(c) || absl::StrContains(" -./()", c);
  });
  if (!all_belong || digits < kMinDigits || digits > kMaxDigits) return {};
  if (!international) return {number, {}};
  if (!IsDigit(rest.front())) return {};
  return {{}, number};
}

std::string ReadWebsite(std::string_view value) {
  // An address may contain semicolons: they separate only before a space or another address.
  for (const std::string_view end : {"; ", ";http", ";www."}) {
    value = value.substr(0, value.find(end));
  }
  value = FromAbsl(absl::StripAsciiWhitespace(ToAbsl(value)));
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7F && c != '"';
  });
  if (!printable) return {};
  std::string_view rest = value;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!absl::StartsWithIgnoreCase(ToAbsl(rest), ToAbsl(scheme))) continue;
    rest.remove_prefix(scheme.size());
    return rest.empty() || rest.front() == '/' ? "" : std::string(value);
  }
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  if (!absl::StrContains(ToAbsl(host), '.') || host.front() == '.' || host.back() == '.' ||
      host.find_first_of(":@") != std::string_view::npos) {
    return {};
  }
  return absl::StrCat("http://", ToAbsl(value));
}

}  // namespace proxyherd::places
