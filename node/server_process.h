// What both servers set up first, and how they end before they have a log.
#pragma once

#include <string>

namespace proxyherd {

// Begins to wait for signals (see WatchSignals), leaves a stack on stderr at a crash, and raises
// the limit on descriptors to what the system allows. Called first in main.
void PrepareServerProcess(const char* program);

// From now on the stack of a crash goes to `fd` as well, the log's file, which stays open as long
// as the process lives.
void TellCrashesTo(int fd);

// Prints a text in place of serving, to stdout if `exit_code` is 0, else to stderr; returns the
// code for main to return. If stderr is stuck it ends the process itself, after kLogPatience.
int PrintAndEnd(const std::string& text, int exit_code);

}  // namespace proxyherd
