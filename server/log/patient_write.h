// Writes to descriptors that may block forever: a pipe, a terminal, a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/env.h"

namespace proxyherd::server {

// Maximum time that an ending process waits for its log: a working reader takes far less, and a
// stuck one must not keep a stopping server alive.
inline constexpr int64_t kLogPatienceNs = 500 * kMillisecond;

// How much of a text was written, and the error if not all of it.
struct Written {
  size_t bytes = 0;
  int error = 0;  // errno; 0: all of it was written
};

// Writes all of `text`, waiting as long as necessary, even if the descriptor is non-blocking.
// Thread-safe.
Written WriteAll(int fd, std::string_view text);

enum class WriteEnd {
  kWritten,
  kFailed,   // the descriptor refused it
  kBlocked,  // a thread is left behind in the write
};

// Writes `text` on a new thread and waits at most kLogPatienceNs for it. A thread is needed because
// other processes share the descriptor, so it cannot be made non-blocking, and can fill a pipe
// between poll() and write(). After kBlocked the process must end with _exit.
WriteEnd WriteInTime(int fd, std::string text);

}  // namespace proxyherd::server
