// `herdctl top`: samples all nodes repeatedly.
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/env.h"
#include "runtime/real_env.h"
#include "runtime/wait.h"
#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/member_probe.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"
#include "tools/herdctl/command/screen.h"
#include "tools/herdctl/view/top_table.h"

namespace proxyherd::tools {
namespace {

TopLook Look(HerdProbe& probe) {
  TopLook look;
  look.view = probe.Ask(kAnswerTimeoutNs);
  look.monotonic_ns = runtime::RealEnv().MonotonicNs();
  look.since_1970_ns = runtime::RealEnv().NowNs();
  return look;
}

// Rates need two samples.
int RunOnce(const Options& options, HerdProbe& probe, int64_t interval_ns) {
  const TopLook before = Look(probe);
  runtime::SleepFor(interval_ns);
  const TopLook now = Look(probe);
  Print(options.json ? RenderTopJson(&before, now, false)
                     : RenderTop(&before, now, ColourOutput(), {}));
  return 0;
}

// Prints a line per sample, until the reader closes the output.
int RunLines(HerdProbe& probe, int64_t interval_ns) {
  for (std::optional<TopLook> before;;) {
    TopLook now = Look(probe);
    if (!Print(RenderTopJson(before.has_value() ? &*before : nullptr, now, true))) return 0;
    before = std::move(now);
    runtime::SleepFor(interval_ns);
  }
}

int RunLive(const Options& options, const config::HerdFile& file, int64_t interval_ns) {
  // Must precede the probe, so that the threads of its channels inherit the blocked signals.
  Screen screen;
  HerdProbe probe(file);
  std::optional<TopLook> before;
  std::optional<TopLook> now;
  auto event = Screen::Event::kTimePassed;
  while (event != Screen::Event::kEnd) {
    if (event == Screen::Event::kTimePassed) {
      before = std::move(now);
      now = Look(probe);
    }
    const TopLook* earlier = before.has_value() ? &*before : nullptr;
    if (!screen.Draw(
            RenderTopFrame(earlier, *now, ColourOutput(), Screen::Size(), options.interval_s))) {
      break;
    }
    const int64_t passed_ns = runtime::RealEnv().MonotonicNs() - now->monotonic_ns;
    event = screen.Wait(std::max<int64_t>(interval_ns - passed_ns, 0));
  }
  return 0;
}

}  // namespace

int RunTop(const Options& options) {
  const absl::StatusOr<config::HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return FailForAnswer(file.status());
  const auto interval_ns = static_cast<int64_t>(options.interval_s * kSecond);
  if (!options.once && !options.json) {
    if (isatty(STDOUT_FILENO) != 0) return RunLive(options, *file, interval_ns);
    return Fail(kExitUsage,
                "herdctl top: a live table needs a terminal; use --once, or --json for one line "
                "per sample");
  }
  HerdProbe probe(*file);
  return options.once ? RunOnce(options, probe, interval_ns) : RunLines(probe, interval_ns);
}

}  // namespace proxyherd::tools
