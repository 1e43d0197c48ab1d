#include "rpc/grpc_log.h"

#include <grpc/support/log.h>

#include <cassert>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/escaped_text.h"
#include "base/mutex.h"

namespace proxyherd::rpc {
namespace {

// gRPC's threads live until the process ends, and may outlive the logger.
Mutex mu;
server::Logger* current ABSL_GUARDED_BY(mu) = nullptr;

std::string_view NameOfFile(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

void TakeLine(gpr_log_func_args* line) {
  const std::string text = absl::StrCat("gRPC: ", Printable(line->message), " (",
                                        Printable(NameOfFile(line->file)), ":", line->line, ")");
  MutexLock lock(&mu);
  if (current == nullptr) return;
  if (absl::StartsWith(line->message, "assertion failed")) {
    current->WriteFinal(text);  // abort() follows
  } else if (line->severity == GPR_LOG_SEVERITY_ERROR) {
    current->Warning(text);
  } else {
    current->Info(text);  // only with GRPC_VERBOSITY
  }
}

void SetCurrent(server::Logger* logger) {
  MutexLock lock(&mu);
  assert(logger == nullptr || current == nullptr);
  current = logger;
}

}  // namespace

GrpcLog::GrpcLog(server::Logger& logger) {
  SetCurrent(&logger);
  gpr_set_log_function(TakeLine);
}

GrpcLog::~GrpcLog() { SetCurrent(nullptr); }

}  // namespace proxyherd::rpc
