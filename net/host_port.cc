#include "net/host_port.h"

#include <limits>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace proxyherd::net {

std::string JoinHostPort(std::string_view host, uint16_t port) {
  const bool bare_ipv6 = host.find(':') != std::string_view::npos && host[0] != '[';
  const std::string text(host);
  return bare_ipv6 ? absl::StrCat("[", text, "]:", port) : absl::StrCat(text, ":", port);
}

absl::StatusOr<HostPort> SplitHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  uint32_t port = 0;
  if (host.empty() || !absl::SimpleAtoi(std::string(text.substr(colon + 1)), &port) || port == 0 ||
      port > std::numeric_limits<uint16_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat("'", std::string(text), "' is not HOST:PORT"));
  }
  return HostPort{std::string(host), static_cast<uint16_t>(port)};
}

}  // namespace proxyherd::net
