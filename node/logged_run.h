// Runs a server between its options and its exit code, with its log.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "node/options/options.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Opens the log, calls `run`, which returns when the server has ended, and closes the log. Returns
// the exit code of the process: the value that `run` returned; 0 if `run` was CANCELLED by a signal
// to stop; 1 if it failed, with the error in the log, and on stderr too if the log is elsewhere; 2
// if the log cannot be opened. Waits kLogPatienceNs for a stuck log or stderr, and then ends the
// process itself.
//
// `program`: for example herd-node. `name`: shown in every line of the log.
int RunWithLog(const std::string& program, const std::string& name, const CommonOptions& options,
               const std::function<absl::StatusOr<int>(server::Logger&)>& run);

}  // namespace proxyherd::node
