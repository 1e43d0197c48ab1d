#include "node/server_process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

#include "absl/debugging/failure_signal_handler.h"
#include "absl/debugging/symbolize.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "server/log/patient_write.h"
#include "server/signals/signals.h"

namespace proxyherd::node {
namespace {

// Each connection takes a descriptor, and the soft limit is often only 1,024 by default.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Opens descriptors 0 to 2 if they are closed. Otherwise a socket could get the number of stderr
// and receive the log's lines.
void OpenStandardDescriptors() {
  int fd = open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = open("/dev/null", O_RDWR);
  if (fd >= 0) close(fd);
}

std::atomic<int> crash_log = -1;

// Runs in the crash handler, so it takes no lock and allocates no memory. If it does not return,
// Abseil's alarm ends the process after 3 s.
void WriteCrash(const char* text) {
  const int fd = crash_log;
  if (fd < 0 || text == nullptr) return;
  static_cast<void>(!write(fd, text, strlen(text)));
}

// Replaces the library's handler, which would write to stderr even if it is stuck.
[[noreturn]] void Terminate() {
  std::string text = "terminate called";
  if (const std::exception_ptr thrown = std::current_exception(); thrown != nullptr) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      absl::StrAppend(&text, ": ", error.what());
    } catch (...) {
      text += " by an unknown exception";
    }
  }
  server::WriteInTime(STDERR_FILENO, text + "\n");
  std::abort();
}

}  // namespace

void PrepareServerProcess(const char* program) {
  OpenStandardDescriptors();
  absl::InitializeSymbolizer(program);
  absl::FailureSignalHandlerOptions crashes;
  crashes.writerfn = WriteCrash;  // in addition to stderr, which is always written
  absl::InstallFailureSignalHandler(crashes);
  std::set_terminate(Terminate);
  // Distributions build Abseil with deadlock detection, which makes each lock more expensive. Tests
  // use it; servers do not need it, because no two locks are ever held together.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  server::WatchSignals();
  RaiseDescriptorLimit();
}

void LogCrashesTo(int fd) { crash_log = fd; }

int PrintAndEnd(const std::string& text, int exit_code) {
  if (exit_code == 0) {
    std::fputs(text.c_str(), stdout);
  } else if (server::WriteInTime(STDERR_FILENO, text) == server::WriteEnd::kBlocked) {
    _exit(exit_code);
  }
  return exit_code;
}

}  // namespace proxyherd::node
