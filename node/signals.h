// The signals that end a server in order.
#pragma once

namespace proxyherd {

// Blocks them in this thread and all that it starts from now on. Called first in main.
void BlockStopSignals();

// Waits for SIGTERM or SIGINT; returns its number.
int WaitForStopSignal();

}  // namespace proxyherd
