// The stream that a link's sender opens: dials a neighbour and turns what comes back into the
// link's events. Contains no logic of the links.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/resolver.h"
#include "peer/http2/stream_limits.h"
#include "peer/link/link.h"
#include "peer/transport/link_loop.h"
#include "rpc/method_metrics.h"

namespace proxyherd::peer {

struct OutgoingOptions {
  std::function<std::string()> address;  // "host:port"; asked at each dial
  net::ResolverOptions resolver;
  const rpc::MethodMetrics* metrics = nullptr;  // nullptr: none
};

// Makes the transport of a link. It must be used on the links thread and destroyed there, or after
// it, and before `link`. References must outlive it.
std::unique_ptr<LinkSender::Transport> MakeOutgoingTransport(Link& link, LinkLoop& loop,
                                                             StreamLimitHits& limit_hits,
                                                             OutgoingOptions options);

}  // namespace proxyherd::peer
