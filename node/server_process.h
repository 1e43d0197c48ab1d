// What both servers do first, and how they end while they have no log.
#pragma once

#include <string>

namespace proxyherd::node {

// Starts waiting for signals (see WatchSignals), makes a crash print the stack to stderr, and
// raises the limit on descriptors to the system's maximum. Must be called first in main.
void PrepareServerProcess(const char* program);

// Makes a crash also print the stack to `fd`, the log's file, which must stay open until the
// process ends.
void LogCrashesTo(int fd);

// Prints a text to stdout if `exit_code` is 0, otherwise to stderr, and returns `exit_code` for
// main to return. If stderr is stuck, ends the process after kLogPatienceNs.
int PrintAndEnd(const std::string& text, int exit_code);

}  // namespace proxyherd::node
