// Writes to descriptors of others (a pipe, a terminal, a file), which may take any time or none.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace proxyherd {

// The end of a process waits this long for its log, and no longer: a reader that is alive takes far
// less, and one that is stuck must not keep a server that was told to end.
inline constexpr std::chrono::milliseconds kLogPatience(500);

// How much of a text was written, and why not all of it.
struct Written {
  size_t bytes = 0;
  int error = 0;  // errno; 0: all of it was written
};

// Writes all of `text` if the descriptor takes it, however long that lasts, also if the descriptor
// is non-blocking. Thread-safe.
Written WriteAll(int fd, std::string_view text);

enum class WriteEnd {
  kWritten,
  kFailed,   // the descriptor refused it
  kBlocked,  // a thread is left behind in the write
};

// Writes `text` on a thread of its own and waits kLogPatience for it. Not by a descriptor that is
// made non-blocking, because other processes share that, and not by poll(), because another process
// can fill a pipe between the two calls. After kBlocked the process must be ended by _exit.
WriteEnd WriteInTime(int fd, std::string text);

}  // namespace proxyherd
