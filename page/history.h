// The data of the page's charts: a sample per second while somebody watches, otherwise fewer.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/counters.h"
#include "base/env.h"

namespace proxyherd::page {

// The counts of one LatencyHistogram, or the sum of several.
struct LatencyCounts {
  std::array<uint64_t, LatencyHistogram::kBoundsNs.size() + 1> buckets{};

  void Add(const LatencyHistogram& histogram);
};

// A node's counters since its start, and its gauges, at one moment.
struct Totals {
  int64_t monotonic_ns = 0;
  int64_t wall_ns = 0;
  uint64_t reports = 0;   // of clients
  uint64_t whatsats = 0;  // likewise
  uint64_t flooded = 0;   // records that were new when a link brought them
  uint64_t sent = 0;      // records sent to neighbours
  LatencyCounts handling;
  LatencyCounts flood_ages;
  uint64_t clients = 0;
  uint64_t connections = 0;
};

// The values of one second; nullopt if there was no measurement.
struct Sample {
  int64_t wall_ns = 0;
  double reports = 0;  // per second, like the next three
  double whatsats = 0;
  double flooded = 0;
  double sent = 0;
  std::optional<double> handling_p50_ns;
  std::optional<double> handling_p99_ns;
  std::optional<double> flood_age_p50_ns;
  std::optional<double> flood_age_p99_ns;
  uint64_t clients = 0;
  uint64_t connections = 0;
};

// REQUIRES: now.monotonic_ns ≥ before.monotonic_ns.
Sample Between(const Totals& before, const Totals& now);

// Returns the quantile `part` of the durations counted from `before` to `now`, interpolated within
// its bucket; nullopt if there are none. Durations above the last bound count as that bound.
std::optional<double> Quantile(const LatencyCounts& before, const LatencyCounts& now, double part);

// Appends `[unix_seconds, reports, whatsats, flooded, sent, handling p50 us, p99 us, flood age p50
// ms, p99 ms, clients, connections]`; null for values without a measurement.
void AppendSample(const Sample& sample, std::string& out);

// The samples of the last ten minutes. No I/O. Used by one thread.
class History {
 public:
  static constexpr size_t kMaxSamples = 600;

  // Returns the sample since the previous Totals, valid until the next call; nullptr at the first
  // call. REQUIRES: `totals` is not earlier than the previous Totals.
  const Sample* Add(const Totals& totals);
  const std::deque<Sample>& samples() const { return samples_; }

 private:
  std::optional<Totals> last_;
  std::deque<Sample> samples_;
};

}  // namespace proxyherd::page
