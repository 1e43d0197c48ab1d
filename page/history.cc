#include "page/history.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace proxyherd::page {
namespace {

// Appends a number with as many digits as a chart can show.
void AppendNumber(double value, std::string& out) {
  const double scale = value < 100 ? 100 : 1;
  absl::StrAppend(&out, std::round(value * scale) / scale);
}

void AppendDuration(const std::optional<double>& ns, int64_t unit_ns, std::string& out) {
  if (!ns.has_value()) {
    out += "null";
  } else {
    AppendNumber(*ns / static_cast<double>(unit_ns), out);
  }
}

double Rate(uint64_t before, uint64_t now, double seconds) {
  return now < before ? 0 : static_cast<double>(now - before) / seconds;
}

}  // namespace

void LatencyCounts::Add(const LatencyHistogram& histogram) {
  for (size_t i = 0; i < buckets.size(); ++i) buckets[i] += histogram.InBucket(i);
}

std::optional<double> Quantile(const LatencyCounts& before, const LatencyCounts& now, double part) {
  const auto counted = [&](size_t i) {
    return static_cast<double>(std::max(now.buckets[i], before.buckets[i]) - before.buckets[i]);
  };
  double all = 0;
  for (size_t i = 0; i < now.buckets.size(); ++i) all += counted(i);
  if (all == 0) return std::nullopt;
  double left = part * all;
  for (size_t i = 0; i < LatencyHistogram::kBoundsNs.size(); ++i) {
    if (counted(i) > 0 && left <= counted(i)) {
      const double from = i == 0 ? 0 : static_cast<double>(LatencyHistogram::kBoundsNs[i - 1]);
      return from +
             (static_cast<double>(LatencyHistogram::kBoundsNs[i]) - from) * left / counted(i);
    }
    left -= counted(i);
  }
  return static_cast<double>(LatencyHistogram::kBoundsNs.back());
}

Sample Between(const Totals& before, const Totals& now) {
  assert(now.monotonic_ns >= before.monotonic_ns);
  const double seconds =
      static_cast<double>(std::max<int64_t>(now.monotonic_ns - before.monotonic_ns, 1)) / kSecond;
  Sample sample;
  sample.wall_ns = now.wall_ns;
  sample.reports = Rate(before.reports, now.reports, seconds);
  sample.whatsats = Rate(before.whatsats, now.whatsats, seconds);
  sample.flooded = Rate(before.flooded, now.flooded, seconds);
  sample.sent = Rate(before.sent, now.sent, seconds);
  sample.handling_p50_ns = Quantile(before.handling, now.handling, 0.5);
  sample.handling_p99_ns = Quantile(before.handling, now.handling, 0.99);
  sample.flood_age_p50_ns = Quantile(before.flood_ages, now.flood_ages, 0.5);
  sample.flood_age_p99_ns = Quantile(before.flood_ages, now.flood_ages, 0.99);
  sample.clients = now.clients;
  sample.connections = now.connections;
  return sample;
}

void AppendSample(const Sample& sample, std::string& out) {
  absl::StrAppend(&out, "[", sample.wall_ns / kSecond);
  for (const double rate : {sample.reports, sample.whatsats, sample.flooded, sample.sent}) {
    out += ',';
    AppendNumber(rate, out);
  }
  for (const auto& duration : {sample.handling_p50_ns, sample.handling_p99_ns}) {
    out += ',';
    AppendDuration(duration, kMicrosecond, out);
  }
  for (const auto& duration : {sample.flood_age_p50_ns, sample.flood_age_p99_ns}) {
    out += ',';
    AppendDuration(duration, kMillisecond, out);
  }
  absl::StrAppend(&out, ",", sample.clients, ",", sample.connections, "]");
}

const Sample* History::Add(const Totals& totals) {
  const bool first = !last_.has_value();
  if (!first) {
    samples_.push_back(Between(*last_, totals));
    // By time as well, because samples may be further apart than a second.
    const int64_t oldest_ns = totals.wall_ns - static_cast<int64_t>(kMaxSamples) * kSecond;
    while (samples_.size() > kMaxSamples || samples_.front().wall_ns <= oldest_ns) {
      samples_.pop_front();
    }
  }
  last_ = totals;
  return first ? nullptr : &samples_.back();
}

}  // namespace proxyherd::page
