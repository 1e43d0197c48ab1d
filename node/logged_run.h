// A server's life between its options and its exit code, with the log that goes with it.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "node/options/options.h"
#include "server/log/logger.h"

namespace proxyherd {

// Opens the log, calls `run`, which returns when the server has ended, and closes the log; returns
// the exit code for main to return. What `run` returned; 0: or it was CANCELLED by a signal to
// stop; 1: it failed, which the log says, and stderr too if the log goes elsewhere; 2: the log
// cannot be opened. Waits kLogPatience for a stuck log or stderr, and then ends the process itself.
//
// `program`: for example herd-node. `name`: of the log's lines.
int RunWithLog(const std::string& program, const std::string& name, const CommonOptions& options,
               const std::function<absl::StatusOr<int>(Logger&)>& run);

}  // namespace proxyherd
