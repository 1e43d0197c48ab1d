// What both servers set up first, how signals reach them, and how they end.
#pragma once

#include <functional>
#include <string>

#include "node/logger.h"

namespace proxyherd {

// What each signal does, for --help.
extern const char kSignalsHelp[];

// Blocks the signals that are waited for (see kSignalsHelp) in this thread and all that it starts
// from now on, so that one that comes during the start waits. Ignores those that would end the
// process without a word: SIGPIPE, SIGALRM, SIGXFSZ; and SIGTTOU, which would stop it. Leaves a
// stack on stderr at a crash, and raises the limit on descriptors to what the system allows. Called
// first in main.
void PrepareServerProcess(const char* program);

// From now on the stack of a crash goes to `fd` as well, the log's file, which stays open as long
// as the process lives.
void TellCrashesTo(int fd);

// Returns true if a signal to stop has come and waits for WaitForStopSignal. Thread-safe.
bool IsStopSignalPending();

// Stops this process as SIGTERM does, but for the reason: by SIGUSR2, so that a SIGTERM that
// follows is still the first (see SecondSignal). Thread-safe.
void RequestStop();

// Waits for SIGTERM, SIGINT, SIGQUIT or SIGUSR2; returns its number. Until then, on this thread:
// calls `reload` for each SIGHUP (those that come while it runs are one), opens the log's file
// again at SIGUSR1, and logs other signals that have been blocked and mean nothing.
int WaitForStopSignal(const std::function<void()>& reload, Logger& logger);

// Prints a text in place of serving, to stdout if `exit_code` is 0, else to stderr; returns the
// code for main to return. If stderr is stuck it ends the process itself, after kLogPatience.
int PrintAndEnd(const std::string& text, int exit_code);

}  // namespace proxyherd
