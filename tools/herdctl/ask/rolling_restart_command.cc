#include "tools/herdctl/ask/rolling_restart_command.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "runtime/real_env.h"
#include "runtime/wait.h"
#include "tools/herdctl/ask/drain.h"
#include "tools/herdctl/ask/member_probe.h"
#include "tools/herdctl/ask/shell_command.h"
#include "tools/herdctl/text/port_watch.h"
#include "tools/herdctl/view/rolling_restart.h"

namespace proxyherd::tools {
namespace {

constexpr int64_t kLookIntervalNs = 100 * kMillisecond;
constexpr int64_t kTellIntervalNs = 1 * kSecond;

// Prints to stderr what the restart is waiting for: each reason once, at most one line per second.
class ProgressLog {
 public:
  void Show(const std::string& text) {
    const int64_t now_ns = runtime::RealEnv().MonotonicNs();
    const bool soon = shown_at_ns_ != 0 && now_ns < shown_at_ns_ + kTellIntervalNs;
    if (soon || text.empty() || text == shown_) return;
    shown_ = text;
    shown_at_ns_ = now_ns;
    std::fprintf(stderr, "  %s\n", text.c_str());
  }

 private:
  std::string shown_;
  int64_t shown_at_ns_ = 0;
};

class Runner {
 public:
  Runner(const RollingCommand& command, const config::HerdFile& file, RollingOptions options)
      : command_(command), file_(file), probe_(file), rolling_(std::move(options)) {}

  int Run() {
    const int64_t began_ns = runtime::RealEnv().MonotonicNs();
    ProgressLog progress;
    for (;;) {
      const HerdView view = probe_.Ask(kAnswerTimeoutNs);
      HearOfCommands();
      const size_t before = rolling_.restarted().size();
      const RollingRestart::Step step =
          rolling_.Look(view, AskPorts(view), runtime::RealEnv().MonotonicNs());
      if (!command_.json && rolling_.restarted().size() > before) {
        std::fputs(RenderRestarted(rolling_.restarted().back()).c_str(), stdout);
        std::fflush(stdout);
      }
      if (step.action == RollingRestart::Action::kDone ||
          step.action == RollingRestart::Action::kFailed) {
        return Finish(runtime::RealEnv().MonotonicNs() - began_ns);
      }
      Act(step);
      progress.Show(rolling_.progress());
      runtime::SleepFor(kLookIntervalNs);
    }
  }

 private:
  // Tries the ports of the node that was last asked to end. Returns nothing if it is not down.
  std::vector<PortAnswer> AskPorts(const HerdView& view) const {
    const bool down =
        std::any_of(view.nodes.begin(), view.nodes.end(), [this](const MemberView& node) {
          return node.name == ending_ && node.report.state == MemberState::kDown;
        });
    return down ? ports_->Ask() : std::vector<PortAnswer>();
  }

  void Act(const RollingRestart::Step& step) {
    if (step.action == RollingRestart::Action::kStop) {
      ending_ = step.node;
      ports_.emplace(*file_.Find(step.node));
    }
    if (step.action == RollingRestart::Action::kStop && command_.stop.empty()) {
      const absl::StatusOr<DrainReceipt> receipt =
          AskToDrain(*file_.Find(step.node), false, kAnswerTimeoutNs);
      if (!receipt.ok()) rolling_.StopFailed(receipt.status());
    } else if (step.action == RollingRestart::Action::kStop) {
      stop_ = std::make_unique<ShellCommand>(NodeCommand(command_.stop, step.node));
    } else if (step.action == RollingRestart::Action::kStart) {
      start_ = std::make_unique<ShellCommand>(NodeCommand(command_.start, step.node));
    }
  }

  void HearOfCommands() {
    if (stop_ != nullptr && stop_->Ended().has_value()) {
      if (!stop_->Ended()->ok()) rolling_.StopFailed(*stop_->Ended());
      stop_.reset();
    }
    if (start_ != nullptr && start_->Ended().has_value()) {
      rolling_.StartEnded(*start_->Ended());
      start_.reset();
    }
  }

  int Finish(int64_t took_ns) const {
    const std::string& error = rolling_.error();
    if (command_.json) {
      std::fputs(RenderRollingJson(rolling_.restarted(), error).c_str(), stdout);
    } else if (error.empty()) {
      std::fputs(RenderRollingEnd(rolling_.restarted(), took_ns).c_str(), stdout);
    }
    if (error.empty()) return 0;
    std::fprintf(stderr, "herdctl: %s\n", error.c_str());
    return 1;
  }

  const RollingCommand& command_;
  const config::HerdFile& file_;
  HerdProbe probe_;
  RollingRestart rolling_;
  std::string ending_;
  std::optional<PortWatch> ports_;  // of that node
  std::unique_ptr<ShellCommand> stop_;
  std::unique_ptr<ShellCommand> start_;
};

}  // namespace

int RunRollingRestart(const RollingCommand& command, const config::HerdFile& file) {
  for (const std::string* text : {&command.stop, &command.start}) {
    if (text->empty()) continue;
    if (const absl::Status status = CheckNodeCommand(*text); !status.ok()) {
      std::fprintf(stderr, "herdctl: %s\n", std::string(status.message()).c_str());
      return 2;
    }
  }
  RollingOptions options;
  assert(std::all_of(command.nodes.begin(), command.nodes.end(),
                     [&](const std::string& name) { return file.Find(name) != nullptr; }));
  options.nodes = command.nodes;
  if (options.nodes.empty()) {
    for (const config::HerdNode& node : file.nodes) options.nodes.push_back(node.name);
  }
  options.starts = !command.start.empty();
  options.end_within_ns = static_cast<int64_t>(command.end_within_s * kSecond);
  options.back_within_ns = static_cast<int64_t>(command.back_within_s * kSecond);
  return Runner(command, file, std::move(options)).Run();
}

}  // namespace proxyherd::tools
