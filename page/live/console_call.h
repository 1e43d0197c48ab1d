// Sends a line of a page's console to this node's own text port, as any client would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/env.h"
#include "server/http/http_message.h"

namespace proxyherd::page {

// The text port; its address is numeric.
struct TextPort {
  std::string address;
  uint16_t port = 0;
};

// Deadline of a call; longer than the six seconds that a WHATSAT waits for its places.
inline constexpr int64_t kConsoleTimeNs = 8 * kSecond;
// Maximum size of a reply, with room for twenty places of some KB each.
inline constexpr size_t kMaxConsoleReplyBytes = size_t{256} * 1024;

// Sends the line and returns everything received until the node closes the connection. Blocks for
// at most kConsoleTimeNs, so it must be called on a thread that may wait.
server::HttpAnswer AskTextPort(const TextPort& port, const std::string& line, Env& env);

}  // namespace proxyherd::page
