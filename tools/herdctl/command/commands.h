// The commands of herdctl: one table, used for its command line, --help and completion.
//
// A new command is a row in looking_rows.cc or acting_rows.cc, a handler below, and a section of
// docs/herdctl.md.
#pragma once

#include "tools/herdctl/command/command_table.h"

namespace proxyherd::tools {

// Returns the same object on every call.
const CommandTable& HerdctlCommands();

// The handlers. Each prints its answer to stdout and errors to stderr, and returns the exit code.
int RunStatus(const Options& options);
int RunDigest(const Options& options);
int RunHealth(const Options& options);
int RunClient(const Options& options);
int RunNodes(const Options& options);
int RunFindNode(const Options& options);
int RunAnnounce(const Options& options);
int RunTop(const Options& options);
int RunWatch(const Options& options);
int RunDrainOf(const Options& options);
int RunRollingOf(const Options& options);
int RunCompletion(const Options& options);

}  // namespace proxyherd::tools
