// simulate --seeds N --from S [--nodes N] [--trace]: runs simulated herds, one for each seed, and
// stops at the first that breaks a promise. The last lines show the speed and the coverage.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>

#include "tests/sim/simulation.h"

namespace proxyherd::sim {
namespace {

// If the output cannot be overwritten in place, one line is written for this many seeds.
constexpr uint64_t kSeedsPerLine = 100;

struct Options {
  const char* program = "";  // as it was called, for the command that replays a seed
  uint64_t seeds = 10;
  uint64_t from = 1;
  uint64_t nodes = 0;
  bool trace = false;
};

volatile std::sig_atomic_t interrupted = 0;

std::optional<uint64_t> ReadNumber(const char* text) {
  char* end = nullptr;
  const uint64_t value = std::strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0') return std::nullopt;
  return value;
}

std::optional<Options> ReadOptions(int argc, char** argv) {
  Options options;
  options.program = argv[0];
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--trace") {
      options.trace = true;
      continue;
    }
    uint64_t* value = name == "--seeds"   ? &options.seeds
                      : name == "--from"  ? &options.from
                      : name == "--nodes" ? &options.nodes
                                          : nullptr;
    const std::optional<uint64_t> number =
        value != nullptr && i + 1 < argc ? ReadNumber(argv[++i]) : std::nullopt;
    if (!number.has_value()) return std::nullopt;
    *value = *number;
  }
  if (options.nodes == 1 || options.nodes > 1000) return std::nullopt;
  return options;
}

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Simulated and spent time for herds of one kind.
struct Speed {
  uint64_t runs = 0;
  double simulated_s = 0;
  double cpu_s = 0;

  void Print(const char* what) const {
    if (runs == 0) return;
    std::printf("%s: %llu seeds, %.0f simulated seconds in %.1f s of CPU: %.0fx\n", what,
                static_cast<unsigned long long>(runs), simulated_s, cpu_s, simulated_s / cpu_s);
  }
};

void PrintCoverage(const Coverage& covered) {
  const auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "covered: %llu reports, %llu messages, %llu records sent, %llu answers checked\n"
      "faults: %llu cuts, %llu clogs, %llu broken streams, %llu lost messages, %llu late messages, "
      "%llu blocked writes, %llu duplicated dials, %llu crashes, %llu freezes, %llu clock steps\n"
      "links: %llu dials, %llu times up; stalest answer under overload: %.1f s\n",
      number(covered.reports), number(covered.messages), number(covered.records_sent),
      number(covered.answers_checked), number(covered.cuts), number(covered.clogs),
      number(covered.broken_streams), number(covered.lost_messages), number(covered.late_messages),
      number(covered.blocked_writes), number(covered.duplicated_dials), number(covered.crashes),
      number(covered.freezes), number(covered.clock_steps), number(covered.dials),
      number(covered.links_up), static_cast<double>(covered.stalest_ns) / kSecond);
}

void DescribePlan(const Plan& plan) {
  std::printf("seed %llu: %zu nodes (%s), %s, %zu steps of faults, %u clients\n",
              static_cast<unsigned long long>(plan.seed), plan.topology.Nodes(),
              plan.topology.shape.c_str(), plan.kind.c_str(), plan.faults.size(),
              plan.workload.clients);
}

int Simulate(const Options& options) {
  const bool progress = isatty(STDOUT_FILENO) != 0 && !options.trace;
  Coverage covered;
  Speed five;
  Speed others;
  uint64_t done = 0;
  int code = 0;
  for (; done < options.seeds && interrupted == 0; ++done) {
    const uint64_t seed = options.from + done;
    const Plan plan = MakePlan(seed, options.nodes);
    std::function<void(std::string_view)> sink;
    if (options.trace) {
      DescribePlan(plan);
      sink = [](std::string_view line) {
        std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
      };
    }
    const double begin_s = CpuSeconds();
    const RunResult result = RunPlan(plan, sink);
    Speed& speed = plan.topology.Nodes() == 5 ? five : others;
    ++speed.runs;
    speed.cpu_s += CpuSeconds() - begin_s;
    speed.simulated_s += static_cast<double>(result.simulated_ns) / kSecond;
    covered.Add(result.covered);
    if (progress) {
      std::printf("\r%llu of %llu seeds", static_cast<unsigned long long>(done + 1),
                  static_cast<unsigned long long>(options.seeds));
      std::fflush(stdout);
    } else if (!options.trace && (done + 1) % kSeedsPerLine == 0) {
      std::printf("%llu of %llu seeds\n", static_cast<unsigned long long>(done + 1),
                  static_cast<unsigned long long>(options.seeds));
      std::fflush(stdout);
    }
    if (!result.failure.empty()) {
      const std::string nodes =
          options.nodes == 0 ? "" : " --nodes " + std::to_string(options.nodes);
      std::printf("%sseed %llu failed: %s; replay: %s --from %llu --seeds 1%s --trace\n",
                  progress ? "\n" : "", static_cast<unsigned long long>(seed),
                  result.failure.c_str(), options.program, static_cast<unsigned long long>(seed),
                  nodes.c_str());
      code = 1;
      ++done;
      break;
    }
  }
  if (progress) std::printf("\n");
  five.Print("five nodes");
  others.Print("other herds");
  PrintCoverage(covered);
  if (interrupted != 0) {
    std::printf("interrupted after %llu seeds\n", static_cast<unsigned long long>(done));
    return 130;
  }
  if (code == 0) {
    std::printf("seeds %llu to %llu passed\n", static_cast<unsigned long long>(options.from),
                static_cast<unsigned long long>(options.from + done - 1));
  }
  return code;
}

}  // namespace
}  // namespace proxyherd::sim

int main(int argc, char** argv) {
  const auto options = proxyherd::sim::ReadOptions(argc, argv);
  if (!options.has_value()) {
    std::fprintf(stderr, "usage: simulate [--seeds N] [--from SEED] [--nodes 2..1000] [--trace]\n");
    return 2;
  }
  // The first signal ends the program after the running seed; a second one ends it at once.
  struct sigaction action = {};
  action.sa_handler = [](int) { proxyherd::sim::interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return proxyherd::sim::Simulate(*options);
}
