// One connection of the HTTP port.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "server/http/http_context.h"

namespace proxyherd::server {

// Serves a connection until it ends; returns immediately. Must be called on the port's thread,
// which also runs the callbacks.
void ServeHttp(HttpContext& context, boost::asio::ip::tcp::socket socket);

}  // namespace proxyherd::server
