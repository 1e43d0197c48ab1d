// Sends a line of a page's console to this node's own text port, as any client would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/env.h"
#include "server/http/http_message.h"

namespace proxyherd::page {

// The address of the text port; numeric.
struct TextPort {
  std::string address;
  uint16_t port = 0;
};

// Longer than the six seconds that a WHATSAT waits for its places.
inline constexpr int64_t kConsoleTimeNs = 8 * kSecond;
// Room for twenty places of some KB each.
inline constexpr size_t kMaxConsoleReplyBytes = size_t{256} * 1024;

// Sends the line and returns everything received until the node closes. Blocks for at most
// kConsoleTimeNs, so it must run on a thread that may wait.
server::HttpAnswer AskTextPort(const TextPort& port, const std::string& line, Env& env);

}  // namespace proxyherd::page
