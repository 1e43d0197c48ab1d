#include "node/logged_run.h"

#include <unistd.h>

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/version.h"
#include "node/server_process.h"
#include "rpc/grpc_log.h"
#include "server/log/log_file.h"
#include "server/signals/signals.h"

namespace proxyherd::node {
namespace {

absl::StatusOr<int> RunAndLog(const std::function<absl::StatusOr<int>(server::Logger&)>& run,
                              server::Logger& logger) {
  const rpc::GrpcLog grpc_log(logger);
  const server::SignalLog signal_log(logger);
  absl::StatusOr<int> exit_code = run(logger);
  if (absl::IsCancelled(exit_code.status()) && server::IsStopSignalPending()) {
    logger.Info("stopped before all places were read");
    return 0;
  }
  if (!exit_code.ok()) logger.Error(std::string(exit_code.status().message()));
  return exit_code;
}

}  // namespace

int RunWithLog(const std::string& program, const std::string& name, const CommonOptions& options,
               const std::function<absl::StatusOr<int>(server::Logger&)>& run) {
  absl::StatusOr<server::LogFile> file = server::LogFile::Open(options.log_file);
  if (!file.ok()) return PrintAndEnd(absl::StrCat(file.status().message(), "\n"), 2);
  const int fd = file->fd();
  const bool elsewhere = !options.log_file.empty();
  if (elsewhere) LogCrashesTo(fd);
  server::Logger logger(name, server::ResolveLogFormat(options.log_format, fd), options.log_level,
                        *std::move(file));
  logger.Info(
      absl::StrCat("I am starting: ", program, " ", kVersion, " of the herd ", options.herd.herd));
  const absl::StatusOr<int> ran = RunAndLog(run, logger);
  const int exit_code = ran.ok() ? *ran : 1;
  // With a stuck log no destructor may run, because the log's thread may still use the objects.
  if (!logger.Close()) _exit(exit_code);
  if (ran.ok() || !elsewhere) return exit_code;
  return PrintAndEnd(absl::StrCat(program, ": ", ran.status().message(), "\n"), exit_code);
}

}  // namespace proxyherd::node
