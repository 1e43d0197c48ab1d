// Decides which requests for the page are accepted. Pure.
//
// The page needs no login, so the attack to prevent is a foreign page that makes a browser send
// requests to this port. Such a request has the foreign page's name in Host or Origin.
#pragma once

#include <string_view>

namespace proxyherd::server {

// Returns true if a Host header is a numeric address, `localhost` or `own_host`, with any port: a
// foreign name that resolves to this machine (DNS rebinding) is none of these.
bool IsTrustedHost(std::string_view host, std::string_view own_host);

// Returns true if a request with this Origin comes from a page of this port, or from no page.
bool IsSameOrigin(std::string_view origin, std::string_view host);

}  // namespace proxyherd::server
