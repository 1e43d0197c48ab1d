// Measures the cost of repairing a link, in bytes on the wire both ways, time, and CPU, for tables
// of a given size that differ in some records; and the cost of an idle link.
//
//     repair_bench RECORDS DIFFERENCES[,DIFFERENCES...] [IDLE_SECONDS]
//
// DIFFERENCES may be `asker` or `answerer`: the table of that side is then empty. Prints a line of
// a table for each of them, and the same as JSON.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "bench/bench_clock.h"
#include "bench/bench_link.h"
#include "bench/bench_tables.h"
#include "runtime/real_env.h"
#include "runtime/wait.h"

namespace proxyherd::bench {
namespace {

// The demands that the project makes on itself, for a thousand differences.
constexpr uint64_t kCheckedDifferences = 1000;
constexpr uint64_t kMaxBytesPerMillion = uint64_t{768} * 1024;
constexpr uint64_t kMaxBytesPerTenMillion = uint64_t{1024} * 1024;
constexpr int64_t kMaxTimeNs = kSecond;
constexpr double kMaxIdleBytesPerSecond = 1000;

constexpr int64_t kPollNs = 200 * kMicrosecond;
constexpr int64_t kSettleNs = 2 * kSecond;

struct Measured {
  uint64_t records = 0;
  std::string differences;
  FrameCounts until_equal;
  FrameCounts until_agreed;
  int64_t equal_ns = 0;   // time after the link was up
  int64_t agreed_ns = 0;  // until both ends know that they are equal
  int64_t cpu_ns = 0;     // of both nodes, until agreed_ns
  peer::SenderCounters asked;
  double idle_seconds = 0;
  FrameCounts idle;
};

std::unique_ptr<Table> MakeTable(const std::string& node) {
  TableOptions options;
  options.herd = "bench";
  options.node = node;
  options.probe_seed = runtime::RealEnv().Random();
  return std::make_unique<Table>(options);
}

Measured Measure(Table& bailey, Table& bona, int idle_seconds) {
  Measured measured;
  Env& env = runtime::RealEnv();
  BenchLink link(bailey, bona);
  const auto cpu_ns = [&] {
    return CpuTimeNs(RUSAGE_SELF) - CpuTimeNs(RUSAGE_THREAD) - link.proxy().CpuNs();
  };
  const int64_t cpu_before_ns = cpu_ns();
  link.Start();
  while (bailey.RootDigest() != bona.RootDigest() || link.up_at_ns() == 0) {
    runtime::SleepFor(kPollNs);
  }
  measured.equal_ns = env.MonotonicNs() - link.up_at_ns();
  measured.until_equal = link.proxy().Counts();
  while (!link.Agree()) runtime::SleepFor(kPollNs);
  measured.agreed_ns = env.MonotonicNs() - link.up_at_ns();
  measured.until_agreed = link.proxy().Counts();
  measured.cpu_ns = cpu_ns() - cpu_before_ns;
  measured.records = bailey.Records();
  measured.asked = link.asked();
  if (idle_seconds > 0) {
    runtime::SleepFor(kSettleNs);
    const FrameCounts before = link.proxy().Counts();
    const int64_t begin_ns = env.MonotonicNs();
    runtime::SleepFor(idle_seconds * kSecond);
    measured.idle = link.proxy().Counts() - before;
    measured.idle_seconds = static_cast<double>(env.MonotonicNs() - begin_ns) / kSecond;
  }
  return measured;
}

double Kib(uint64_t bytes) { return static_cast<double>(bytes) / 1024; }
double Ms(int64_t ns) { return static_cast<double>(ns) / kMillisecond; }

void PrintHead() {
  std::puts(
      "   records   differing  KiB until equal  of them data  until agreed  equal ms"
      "  agreed ms  CPU ms  questions  records sent");
}

void Print(const Measured& m) {
  absl::PrintF("%10d  %10s  %15.1f  %12.1f  %12.1f  %8.0f  %9.0f  %6.0f  %9d  %12d\n", m.records,
               m.differences, Kib(m.until_equal.bytes), Kib(m.until_equal.data),
               Kib(m.until_agreed.bytes), Ms(m.equal_ns), Ms(m.agreed_ns), Ms(m.cpu_ns),
               m.asked.repair_questions, m.asked.repair_records);
  if (m.idle_seconds > 0) {
    const auto rate = [&](uint64_t bytes) { return static_cast<double>(bytes) / m.idle_seconds; };
    absl::PrintF(
        "            idle for %.0f s: %.0f bytes/s, of them data %.0f, pings %.0f, window"
        " updates %.0f\n",
        m.idle_seconds, rate(m.idle.bytes), rate(m.idle.data), rate(m.idle.pings),
        rate(m.idle.window_updates));
  }
  std::fflush(stdout);
}

void PrintJson(const Measured& m) {
  absl::PrintF(
      "{\"records\": %d, \"differing\": \"%s\", \"bytes_until_equal\": %d, "
      "\"bytes_until_agreed\": %d, \"equal_ms\": %.1f, \"agreed_ms\": %.1f, "
      "\"cpu_ms\": %.1f, \"questions\": %d, \"idle_bytes_per_second\": %.1f}\n",
      m.records, m.differences, m.until_equal.bytes, m.until_agreed.bytes, Ms(m.equal_ns),
      Ms(m.agreed_ns), Ms(m.cpu_ns), m.asked.repair_questions,
      m.idle_seconds > 0 ? static_cast<double>(m.idle.bytes) / m.idle_seconds : 0.0);
}

// Returns true if the demands are met; prints those that are not.
bool MeetsTargets(const Measured& m) {
  bool holds = true;
  const auto demand = [&](bool met, const char* what) {
    if (!met) absl::PrintF("FAILED at %d records: %s\n", m.records, what);
    holds &= met;
  };
  if (m.differences == std::to_string(kCheckedDifferences)) {
    const bool ten_million = m.records > 2'000'000;
    demand(m.until_equal.bytes <= (ten_million ? kMaxBytesPerTenMillion : kMaxBytesPerMillion),
           "too many bytes");
    demand(m.equal_ns <= kMaxTimeNs, "too slow");
  }
  demand(static_cast<double>(m.idle.bytes) <= m.idle_seconds * kMaxIdleBytesPerSecond,
         "an idle link costs too much");
  return holds;
}

int Run(uint64_t records, const std::vector<std::string>& differences, int idle_seconds) {
  auto bailey = MakeTable("Bailey");
  auto bona = MakeTable("Bona");
  for (Table* table : {bailey.get(), bona.get()}) MergeClients(*table, 0, records, 1, 0);
  std::vector<Measured> all;
  PrintHead();
  bool holds = true;
  int64_t round = 0;
  for (const std::string& what : differences) {
    uint64_t count = 0;
    if (what == "asker") {
      bailey = MakeTable("Bailey");
    } else if (what == "answerer") {
      bona = MakeTable("Bona");
    } else if (absl::SimpleAtoi(what, &count)) {
      MakeDifferent(*bailey, *bona, records, count, ++round);
    } else {
      absl::FPrintF(stderr, "repair_bench: %s is no number of differences\n", what);
      return 2;
    }
    const bool last = all.size() + 1 == differences.size();
    all.push_back(Measure(*bailey, *bona, last ? idle_seconds : 0));
    all.back().differences = what;
    Print(all.back());
    holds &= MeetsTargets(all.back());
  }
  for (const Measured& measured : all) PrintJson(measured);
  return holds ? 0 : 1;
}

}  // namespace
}  // namespace proxyherd::bench

int main(int argc, char** argv) {
  uint64_t records = 0;
  int idle_seconds = 0;
  if (argc < 3 || argc > 4 || !absl::SimpleAtoi(argv[1], &records) ||
      (argc == 4 && !absl::SimpleAtoi(argv[3], &idle_seconds))) {
    std::fputs("usage: repair_bench RECORDS DIFFERENCES[,DIFFERENCES...] [IDLE_SECONDS]\n", stderr);
    return 2;
  }
  const std::vector<std::string> differences = absl::StrSplit(argv[2], ',');
  return proxyherd::bench::Run(records, differences, idle_seconds);
}
