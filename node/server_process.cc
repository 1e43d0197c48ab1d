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

// Otherwise the first socket would get the number of a closed stderr and receive the lines of the
// log.
void OpenStandardDescriptors() {
  int fd = open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = open("/dev/null", O_RDWR);
  if (fd >= 0) close(fd);
}

std::atomic<int> crash_log = -1;

// Runs in the crash handler, so it takes no lock and allocates no memory. Abseil's alarm ends the
// process after 3 s if this does not return.
void WriteCrash(const char* text) {
  const int fd = crash_log;
  if (fd < 0 || text == nullptr) return;
  static_cast<void>(!write(fd, text, strlen(text)));
}

// The library's own handler would write to a stderr that may be stuck.
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
  // Distributions build Abseil with its search for lock cycles, at a price for each lock. Tests run
  // with it; here no two locks are ever held together.
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
