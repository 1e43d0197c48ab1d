#include "server/http/http_rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace proxyherd::server {
namespace {

// The maximum length of a DNS name with a port.
constexpr size_t kMaxHostHeaderBytes = 262;

bool AreAll(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool IsPort(std::string_view text) { return text.size() <= 5 && AreAll(text, "0123456789"); }

}  // namespace

bool IsTrustedHost(std::string_view host, std::string_view own_host) {
  if (host.size() > kMaxHostHeaderBytes) return false;
  if (!host.empty() && host.front() == '[') {
    const size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view port = host.substr(end + 1);
    return AreAll(host.substr(1, end - 1), "0123456789abcdefABCDEF:.") &&
           (port.empty() || (port.front() == ':' && IsPort(port.substr(1))));
  }
  const size_t colon = host.find(':');
  const std::string_view name = host.substr(0, colon);
  if (colon != std::string_view::npos && !IsPort(host.substr(colon + 1))) return false;
  const auto is = [name](std::string_view other) {
    return std::equal(name.begin(), name.end(), other.begin(), other.end(), [](char a, char b) {
      return absl::ascii_tolower(a) == absl::ascii_tolower(b);
    });
  };
  return AreAll(name, "0123456789.") || is("localhost") || (!own_host.empty() && is(own_host));
}

bool IsSameOrigin(std::string_view origin, std::string_view host) {
  if (origin.empty()) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.substr(0, scheme.size()) == scheme) return origin.substr(scheme.size()) == host;
  }
  return false;
}

}  // namespace proxyherd::server
