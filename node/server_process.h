// What both servers set up first, and how they end while they have no log.
#pragma once

#include <string>

namespace proxyherd::node {

// Starts waiting for signals (see WatchSignals), prints the stack to stderr at a crash, and raises
// the limit on descriptors to the system's maximum. Must be called first in main.
void PrepareServerProcess(const char* program);

// Writes the stack of a crash to `fd` too, the log's file, which must stay open until the process
// ends.
void LogCrashesTo(int fd);

// Prints a text to stdout if `exit_code` is 0, else to stderr, and returns `exit_code` for main to
// return. If stderr is stuck, it ends the process itself after kLogPatienceNs.
int PrintAndEnd(const std::string& text, int exit_code);

}  // namespace proxyherd::node
