// The limits of the HTTP port. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proxyherd::server {

// Socket buffers of a connection in each direction; the system doubles both numbers. The first
// holds a map and some seconds of frames for a page that does not read, the second a request.
inline constexpr int kHttpSendBufferBytes = 128 * 1024;
inline constexpr int kHttpReceiveBufferBytes = 32 * 1024;

// Maximum bytes of a connection: both socket buffers and a request. Answers are counted separately.
inline constexpr uint64_t kHttpConnectionBytes = uint64_t{384} * 1024;

// A thousand viewers (ten times one page per person who works on a herd), and some connections for
// scrapers, health checks and the files of the page.
inline constexpr size_t kMaxHttpConnections = 1100;

struct HttpBudget {
  size_t connections = 0;
  size_t viewers = 0;       // of the connections; the rest is for scrapers and health checks
  size_t answer_bytes = 0;  // of all answers that are not written yet
};

// `descriptors`: the process's limit; the port takes at most a sixteenth of it, or 64 if that is
// more. `memory_bytes`: the memory that the port may use; 0: unknown.
HttpBudget MakeHttpBudget(uint64_t descriptors, uint64_t memory_bytes);

}  // namespace proxyherd::server
