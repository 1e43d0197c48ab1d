// Who may ask for what the page shows. Pure.
//
// The page knows no secrets, so it is a browser's visitor that has to be kept out: a stranger's
// page that makes a browser ask this port in its name. Its own name in Host gives it away, or
// Origin does.
#pragma once

#include <string_view>

namespace proxyherd {

// Whether a Host header is a number, `localhost` or `own_host`, with any port: a name that somebody
// else has pointed at this machine is none of these.
bool IsTrustedHost(std::string_view host, std::string_view own_host);

// Whether a request of this Origin comes from a page of this very port, or from no page at all.
bool IsSameOrigin(std::string_view origin, std::string_view host);

}  // namespace proxyherd
