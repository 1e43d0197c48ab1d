// Measures the cost of finding places: building the index, its memory, and lookups of 20 places.
//
//     places_bench [POINTS...]
//
// By default at 1'000'000 and 10'000'000 points. Prints a table, then one JSON object per line of
// it. Exits with 1 if a demand is not met.
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "bench/bench_clock.h"
#include "bench/places/scattered.h"
#include "places/geo/point_index.h"
#include "places/provider/provider.h"
#include "runtime/real_env.h"

namespace proxyherd::bench {
namespace {

constexpr std::ptrdiff_t kQueries = 20'000;
// All queries are run kRounds times. Reported are the CPU time of the best round and the best time
// of each query, so that other load of the machine has little effect.
constexpr int kRounds = 3;
constexpr uint64_t kPointsSeed = 1;
constexpr uint64_t kQueriesSeed = 2;
// The filtered lookups are for a rare type, which one place in kOneIn has.
constexpr uint32_t kOneIn = 50;

// The demands that the project makes on itself.
constexpr double kMaxUs = 10;
constexpr double kMaxBytesPerPoint = 25;
constexpr double kMaxBuildSecondsPerMillion = 2;

using Find = std::function<std::vector<places::PointHit>(
    const places::GeoPoint&, double radius_m, size_t limit, absl::FunctionRef<bool(uint32_t)>)>;

bool Everything(uint32_t /*index*/) { return true; }
bool Rare(uint32_t index) { return index % kOneIn == 0; }

struct Kind {
  const char* name;
  double radius_m;
  absl::FunctionRef<bool(uint32_t)> wanted;
};
const Kind kKinds[] = {{"1km", 1'000, Everything},
                       {"5km", 5'000, Everything},
                       {"50km", 50'000, Everything},
                       {"50km_rare", 50'000, Rare}};

struct Lookups {
  double mean_us = 0;  // CPU time
  double p99_us = 0;   // wall time
  uint64_t found = 0;  // by all lookups together
};

struct Measured {
  std::string index;
  size_t points = 0;
  double build_s = 0;  // CPU time
  double bytes_per_point = 0;
  std::vector<Lookups> lookups;  // by index in kKinds
};

double Seconds(int64_t ns) { return static_cast<double>(ns) / kSecond; }

size_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

Lookups MeasureLookups(const Find& find, const std::vector<places::GeoPoint>& centers,
                       const Kind& kind) {
  Lookups lookups;
  Env& env = runtime::RealEnv();
  std::vector<int64_t> min_ns(centers.size(), std::numeric_limits<int64_t>::max());
  int64_t min_cpu_ns = std::numeric_limits<int64_t>::max();
  for (int round = 0; round < kRounds; ++round) {
    const int64_t cpu_before_ns = CpuTimeNs(RUSAGE_THREAD);
    for (size_t i = 0; i < centers.size(); ++i) {
      const int64_t begin_ns = env.MonotonicNs();
      const std::vector<places::PointHit> hits =
          find(centers[i], kind.radius_m, places::kMaxResults, kind.wanted);
      min_ns[i] = std::min(min_ns[i], env.MonotonicNs() - begin_ns);
      lookups.found += hits.size();
    }
    min_cpu_ns = std::min(min_cpu_ns, CpuTimeNs(RUSAGE_THREAD) - cpu_before_ns);
  }
  lookups.mean_us = 1e6 * Seconds(min_cpu_ns) / kQueries;
  const auto p99 = min_ns.begin() + kQueries / 100 * 99;
  std::nth_element(min_ns.begin(), p99, min_ns.end());
  lookups.p99_us = 1e6 * Seconds(*p99);
  return lookups;
}

// `build` returns an index on the heap.
template <typename Build>
Measured Measure(std::string name, size_t points, const std::vector<places::GeoPoint>& centers,
                 const Build& build) {
  Measured measured;
  measured.index = std::move(name);
  measured.points = points;
  const size_t heap_before = HeapBytes();
  const int64_t cpu_before_ns = CpuTimeNs(RUSAGE_THREAD);
  const auto index = build();
  measured.build_s = Seconds(CpuTimeNs(RUSAGE_THREAD) - cpu_before_ns);
  measured.bytes_per_point =
      static_cast<double>(HeapBytes() - heap_before) / static_cast<double>(points);
  const Find find = [&index](const places::GeoPoint& center, double radius_m, size_t limit,
                             absl::FunctionRef<bool(uint32_t)> wanted) {
    return index->Nearest(center, radius_m, limit, wanted);
  };
  for (const Kind& kind : kKinds) measured.lookups.push_back(MeasureLookups(find, centers, kind));
  return measured;
}

void PrintHead() {
  std::puts(
      "                                                   CPU us a lookup of 20 (p99 by the "
      "clock)\n"
      "index                        points  build s  B/point         1 km         5 km        50 km"
      "   50 km rare");
}

void Print(const Measured& m) {
  absl::PrintF("%-24s %10d  %7.2f  %7.1f", m.index, m.points, m.build_s, m.bytes_per_point);
  for (const Lookups& lookups : m.lookups) {
    absl::PrintF("  %4.1f (%4.1f)", lookups.mean_us, lookups.p99_us);
  }
  std::puts("");
  std::fflush(stdout);
}

void PrintJson(const Measured& m) {
  absl::PrintF(
      "{\"index\": \"%s\", \"points\": %d, \"build_cpu_s\": %.3f, \"bytes_per_point\": %.2f",
      m.index, m.points, m.build_s, m.bytes_per_point);
  for (size_t i = 0; i < m.lookups.size(); ++i) {
    absl::PrintF(", \"%s_cpu_us\": %.2f, \"%s_p99_us\": %.2f", kKinds[i].name, m.lookups[i].mean_us,
                 kKinds[i].name, m.lookups[i].p99_us);
  }
  std::puts("}");
}

// Returns true if the index meets the demands; prints those that it does not meet.
bool MeetsTargets(const Measured& m) {
  bool holds = true;
  const auto demand = [&](bool met, const char* what) {
    if (!met) absl::PrintF("FAILED at %d points: %s\n", m.points, what);
    holds &= met;
  };
  demand(m.lookups[2].mean_us <= kMaxUs, "a lookup within 50 km is too slow");
  demand(m.bytes_per_point <= kMaxBytesPerPoint, "too many bytes a point");
  demand(m.build_s <= kMaxBuildSecondsPerMillion * static_cast<double>(m.points) / 1e6,
         "building is too slow");
  return holds;
}

bool Run(const Scatter& scatter, size_t count, std::vector<Measured>& all) {
  const std::vector<places::StoredPoint> points = scatter.Points(count, kPointsSeed);
  Dice dice(kQueriesSeed);
  std::vector<places::GeoPoint> centers;
  while (centers.size() < kQueries) centers.push_back(scatter.Point(dice));

  const Measured measured = Measure("PointIndex", count, centers,
                                    [&] { return std::make_unique<places::PointIndex>(points); });
  Print(measured);
  all.push_back(measured);
  return MeetsTargets(measured);
}

int Main(const std::vector<size_t>& counts) {
  const absl::StatusOr<Scatter> scatter = Scatter::Load();
  if (!scatter.ok()) {
    absl::FPrintF(stderr, "places_bench: %s\n", scatter.status().ToString());
    return 1;
  }
  PrintHead();
  std::vector<Measured> all;
  bool holds = true;
  for (const size_t count : counts) holds &= Run(*scatter, count, all);
  for (const Measured& measured : all) PrintJson(measured);
  return holds ? 0 : 1;
}

}  // namespace
}  // namespace proxyherd::bench

int main(int argc, char** argv) {
  std::vector<size_t> counts;
  for (int i = 1; i < argc; ++i) {
    size_t count = 0;
    if (!absl::SimpleAtoi(argv[i], &count) || count == 0 || count > 100'000'000) {
      std::fputs("usage: places_bench [POINTS...], each in [1, 100000000]\n", stderr);
      return 2;
    }
    counts.push_back(count);
  }
  if (counts.empty()) counts = {1'000'000, 10'000'000};
  return proxyherd::bench::Main(counts);
}
