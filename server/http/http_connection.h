// One connection of the HTTP port.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "server/http/http_context.h"

namespace proxyherd {

// Serves a connection until it ends; returns at once. On the port's thread, like all that follows.
void ServeHttp(HttpContext& context, boost::asio::ip::tcp::socket socket);

}  // namespace proxyherd
