// The WebSocket of one open page.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http/http_context.h"

namespace proxyherd::server {

// Accepts the page's upgrade request and sends it frames until it disconnects. Messages of the page
// are refused. Must be called on the port's thread. REQUIRES: the context has viewers.
void ServeViewer(HttpContext& context, HttpSlot slot, boost::beast::tcp_stream stream,
                 boost::beast::http::request<boost::beast::http::string_body> request);

}  // namespace proxyherd::server
