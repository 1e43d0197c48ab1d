// The WebSocket by which one page is shown what happens.
#pragma once

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http/http_context.h"

namespace proxyherd {

// Answers the page's request and shows it frames until it goes. A page has nothing to say here.
// REQUIRES: the context has viewers. On the port's thread.
void ServeViewer(HttpContext& context, HttpSlot slot, boost::beast::tcp_stream stream,
                 boost::beast::http::request<boost::beast::http::string_body> request);

}  // namespace proxyherd
