// What both servers set up first, and how they wait to be stopped.
#pragma once

#include <functional>

namespace proxyherd {

// Blocks SIGTERM, SIGINT, SIGHUP and SIGUSR2 in this thread and all that it starts from now on,
// ignores SIGPIPE, leaves a stack in the log at a crash, and raises the limit on descriptors to
// what the system allows. Called first in main.
void PrepareServerProcess(const char* program);

// Whether a signal to stop has come and waits for WaitForStopSignal. Thread-safe.
bool IsStopSignalPending();

// Stops this process as SIGTERM does, but for the reason: by SIGUSR2, so that a SIGTERM that
// follows is still the first (see SecondSignal). Thread-safe.
void RequestStop();

// Waits for SIGTERM, SIGINT or SIGUSR2; returns its number. Calls `reload`, on this thread, for
// each SIGHUP until then; those that come while it runs are one.
int WaitForStopSignal(const std::function<void()>& reload);

}  // namespace proxyherd
