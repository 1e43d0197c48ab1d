// A line that a page sends to this node's own text port, as any client would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/env.h"
#include "server/http/http_message.h"

namespace proxyherd {

// Where the text port can be reached: a numeric address.
struct TextPort {
  std::string address;
  uint16_t port = 0;
};

// A WHATSAT waits six seconds for its places.
inline constexpr int64_t kConsoleTimeNs = 8 * kSecond;
// Twenty places have some KB each.
inline constexpr size_t kMaxConsoleReplyBytes = size_t{256} * 1024;

// Sends the line, and answers with what comes back until the node closes. Blocks for kConsoleTimeNs
// at most: for a thread that may wait.
HttpAnswer AskTextPort(const TextPort& port, const std::string& line, Env& env);

}  // namespace proxyherd
