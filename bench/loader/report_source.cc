#include "bench/loader/report_source.h"

#include <algorithm>

#include "base/env.h"

namespace proxyherd::bench {
namespace {

// Where --stamp=counter begins for seed 0, and how much later for each further seed. A run of 10^9
// reports, a microsecond each, ends before the next seed begins; all times are in the past.
constexpr int64_t kCounterBeginNs = 1'600'000'000 * kSecond;
constexpr int64_t kCounterPerSeed = 1000 * kSecond;

constexpr int64_t kDegree = 1'000'000'000;
constexpr int64_t kMaxLatitude = 79 * kDegree;
constexpr int64_t kMaxLongitude = 178 * kDegree;
// Moves are less than 2^20 * 1e-9 degrees, i.e. at most 120 m.
constexpr uint64_t kMoves = 0xfffff;

// One step of splitmix64: a good hash of its argument.
uint64_t Mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Scales 32 random bits to [0, below).
uint64_t Scale(uint32_t random, uint64_t below) { return (uint64_t{random} * below) >> 32; }

}  // namespace

ReportSource::Degrees ReportSource::MiddleOf(const BenchOptions& options) {
  if (options.around.empty()) return {};
  return {options.around[0] * kDegree, options.around[1] * kDegree};
}

ReportSource::ReportSource(const BenchOptions& options)
    : clients_(options.clients),
      hot_clients_(std::max<uint64_t>(1, options.clients / 100)),
      pick_(options.pick),
      move_(options.move),
      stamp_(options.stamp),
      middle_(MiddleOf(options)),
      reach_(options.around.empty() ? Degrees{kMaxLatitude, kMaxLongitude}
                                    : Degrees{kDegree / 2, kDegree / 2}),
      random_(Mix(options.seed)),
      time_ns_(kCounterBeginNs + static_cast<int64_t>(options.seed) * kCounterPerSeed) {}

void ReportSource::SetTime(int64_t wall_ns) {
  if (stamp_ == Stamp::kWall) time_ns_ = std::max(time_ns_, wall_ns);
}

uint64_t ReportSource::Random() { return Mix(random_++); }

uint32_t ReportSource::PickClient() {
  if (pick_ == Pick::kEach) return static_cast<uint32_t>(count_ % clients_);
  const uint64_t random = Random();
  const auto low = static_cast<uint32_t>(random);
  const auto high = static_cast<uint32_t>(random >> 32);
  const bool hot = pick_ == Pick::kHot && Scale(high, 10) < 9;
  if (pick_ == Pick::kUniform || hot) {
    return static_cast<uint32_t>(Scale(low, hot ? hot_clients_ : clients_));
  }
  const uint64_t others = clients_ - hot_clients_;
  return static_cast<uint32_t>(others == 0 ? 0 : hot_clients_ + Scale(low, others));
}

ClientReport ReportSource::Next() {
  ClientReport report;
  report.client = PickClient();
  const uint64_t home = Mix(move_ == Move::kFar ? count_ : report.client);
  const auto move = static_cast<int64_t>((count_ * 0x9e3779b97f4a7c15 >> 40) & kMoves);
  // Computes random / 2^32 * 2 * most in an order that does not overflow.
  const auto spread = [](uint32_t random, int64_t most) {
    return static_cast<int64_t>(random) * (most / 512) / (int64_t{1} << 22) - most;
  };
  report.latitude = middle_.latitude + spread(static_cast<uint32_t>(home), reach_.latitude) + move;
  report.longitude =
      middle_.longitude + spread(static_cast<uint32_t>(home >> 32), reach_.longitude) + move;
  time_ns_ += stamp_ == Stamp::kWall ? 1 : kMicrosecond;
  report.time_ns = time_ns_;
  ++count_;
  return report;
}

}  // namespace proxyherd::bench
