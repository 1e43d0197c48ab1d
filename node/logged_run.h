// Runs a server with its log, and determines the exit code of the process.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "node/options/options.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Opens the log, calls `run`, which returns when the server has ended, and closes the log. Returns
// the exit code of the process: the value that `run` returned; 0 if a signal to stop made `run`
// return CANCELLED; 1 if `run` failed, with the error in the log and, if the log is a file, also on
// stderr; 2 if the log cannot be opened. If the log or stderr is stuck, waits for kLogPatienceNs
// and then ends the process.
//
// `program`: e.g. herd-node. `name`: shown in every line of the log.
int RunWithLog(const std::string& program, const std::string& name, const CommonOptions& options,
               const std::function<absl::StatusOr<int>(server::Logger&)>& run);

}  // namespace proxyherd::node
