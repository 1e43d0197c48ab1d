// Writes the log lines about a node's stop.
#pragma once

#include <cstdint>

#include "gateway/server/tcp_server.h"
#include "peer/transport/links.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Logs how client connections were closed, and whether the neighbours acknowledged all `records`
// records within `flush_ns`.
void LogStop(const gateway::GatewayStop& gateway, const peer::LinksStop& links, int64_t flush_ns,
             uint64_t records, server::Logger& logger);

}  // namespace proxyherd::node
