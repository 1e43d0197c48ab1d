// What the HTTP port may use. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proxyherd {

// Of what the system keeps for a connection in each direction; it doubles both numbers. A page that
// does not read has room for a map and some seconds, a request comes in whole.
inline constexpr int kHttpSendBufferBytes = 128 * 1024;
inline constexpr int kHttpReceiveBufferBytes = 32 * 1024;

// A connection at its worst: both of these, and a request. Answers are counted by themselves.
inline constexpr uint64_t kHttpConnectionBytes = uint64_t{384} * 1024;

// A thousand viewers (ten times a page for each person who works on a herd), and some for scrapers,
// health checks and the files of the page.
inline constexpr size_t kMaxHttpConnections = 1100;

struct HttpBudget {
  size_t connections = 0;
  size_t viewers = 0;       // of these: the rest is for scrapers and health checks
  size_t answer_bytes = 0;  // of all answers that wait for their callers to take them
};

// `descriptors`: that the process may open, of which the port takes a sixteenth at most.
// `memory_bytes`: that the port may use; 0: not known.
HttpBudget MakeHttpBudget(uint64_t descriptors, uint64_t memory_bytes);

}  // namespace proxyherd
