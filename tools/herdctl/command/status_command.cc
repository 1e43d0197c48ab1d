// `herdctl status`: asks all members, once or until everything is up.
#include <unistd.h>

#include <cstdio>

#include "base/env.h"
#include "runtime/real_env.h"
#include "runtime/wait.h"
#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/member_probe.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"
#include "tools/herdctl/view/herd_table.h"

namespace proxyherd::tools {
namespace {

// The polling interval of `--wait`.
constexpr int64_t kLookIntervalNs = 100 * kMillisecond;

// Shows the progress of a starting herd on a terminal, in one line that is overwritten.
class ProgressLine {
 public:
  void Show(const HerdView& view) {
    if (!on_terminal_) return;
    std::fprintf(stderr, "\r\x1b[K%s", RenderProgress(view).c_str());
    shown_ = true;
  }
  void Clear() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  const bool on_terminal_ = isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
};

}  // namespace

int RunStatus(const Options& options) {
  const absl::StatusOr<config::HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return FailForAnswer(file.status());
  HerdProbe probe(*file);
  const int64_t deadline_ns =
      runtime::RealEnv().MonotonicNs() + static_cast<int64_t>(options.wait_s * kSecond);
  ProgressLine progress;
  HerdView view = probe.Ask(kAnswerTimeoutNs);
  while (!AllUp(view) && runtime::RealEnv().MonotonicNs() + kLookIntervalNs < deadline_ns) {
    progress.Show(view);
    runtime::SleepFor(kLookIntervalNs);
    view = probe.Ask(kAnswerTimeoutNs);
  }
  progress.Clear();
  Print(options.json ? RenderJson(view) : RenderTable(view, ColourOutput()));
  return AllUp(view) ? 0 : kExitFailure;
}

}  // namespace proxyherd::tools
