// `herdctl top`: samples all nodes repeatedly.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/member_probe.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"
#include "tools/herdctl/command/screen.h"
#include "tools/herdctl/view/top_table.h"

namespace proxyherd {
namespace {

template <typename Clock>
int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
      .count();
}

TopLook Look(HerdProbe& probe) {
  TopLook look;
  look.view = probe.Ask(kAnswerTimeout);
  look.monotonic_ns = NowNs<std::chrono::steady_clock>();
  look.since_1970_ns = NowNs<std::chrono::system_clock>();
  return look;
}

// Rates need two samples.
int RunOnce(const Options& options, HerdProbe& probe, std::chrono::nanoseconds interval) {
  const TopLook before = Look(probe);
  std::this_thread::sleep_for(interval);
  const TopLook now = Look(probe);
  Print(options.json ? RenderTopJson(&before, now, false)
                     : RenderTop(&before, now, ColourOutput(), {}));
  return 0;
}

// Prints a line per sample, until the reader closes the output.
int RunLines(HerdProbe& probe, std::chrono::nanoseconds interval) {
  for (std::optional<TopLook> before;;) {
    TopLook now = Look(probe);
    if (!Print(RenderTopJson(before.has_value() ? &*before : nullptr, now, true))) return 0;
    before = std::move(now);
    std::this_thread::sleep_for(interval);
  }
}

int RunLive(const Options& options, const HerdFile& file, std::chrono::nanoseconds interval) {
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
    const int64_t passed_ns = NowNs<std::chrono::steady_clock>() - now->monotonic_ns;
    event = screen.Wait(
        std::max(interval - std::chrono::nanoseconds(passed_ns), std::chrono::nanoseconds(0)));
  }
  return 0;
}

}  // namespace

int RunTop(const Options& options) {
  const absl::StatusOr<HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return FailForAnswer(file.status());
  const auto interval = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(options.interval_s));
  if (!options.once && !options.json) {
    if (isatty(STDOUT_FILENO) != 0) return RunLive(options, *file, interval);
    return Fail(kExitUsage,
                "herdctl top: a live table needs a terminal; use --once, or --json for one line "
                "per sample");
  }
  HerdProbe probe(*file);
  return options.once ? RunOnce(options, probe, interval) : RunLines(probe, interval);
}

}  // namespace proxyherd
