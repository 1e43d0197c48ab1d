// What both servers set up first, and how they wait to be stopped.
#pragma once

namespace proxyherd {

// Blocks SIGTERM and SIGINT in this thread and all that it starts from now on, ignores SIGPIPE,
// leaves a stack in the log at a crash, and raises the limit on descriptors to what the system
// allows. Called first in main.
void PrepareServerProcess(const char* program);

// Waits for SIGTERM or SIGINT; returns its number.
int WaitForStopSignal();

}  // namespace proxyherd
