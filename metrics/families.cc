#include "metrics/families.h"

#include <cassert>
#include <limits>

#include "base/env.h"

namespace proxyherd::metrics {

using prometheus::ClientMetric;
using prometheus::MetricType;

void Families::Begin(MetricType type, std::string name, std::string help) {
  families_.push_back({std::move(name), std::move(help), type, {}});
}

void Families::Add(Labels labels, double value) {
  assert(!families_.empty());
  const MetricType type = families_.back().type;
  assert(type == MetricType::Counter || type == MetricType::Gauge);
  ClientMetric metric;
  metric.label = std::move(labels);
  // Each type has a member; the serializer reads only the one of the family's type.
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  families_.back().metric.push_back(std::move(metric));
}

void Families::AddHistogram(Labels labels, const std::vector<const LatencyHistogram*>& parts,
                            double (*to_seconds)(int64_t ns)) {
  assert(!families_.empty() && families_.back().type == MetricType::Histogram);
  ClientMetric metric;
  metric.label = std::move(labels);
  uint64_t count = 0;
  for (size_t bucket = 0; bucket <= LatencyHistogram::kBoundsNs.size(); ++bucket) {
    for (const LatencyHistogram* part : parts) count += part->InBucket(bucket);
    const bool last = bucket == LatencyHistogram::kBoundsNs.size();
    const double bound = last ? std::numeric_limits<double>::infinity()
                              : to_seconds(LatencyHistogram::kBoundsNs[bucket]);
    metric.histogram.bucket.push_back({count, bound});
  }
  uint64_t sum_ns = 0;
  for (const LatencyHistogram* part : parts) sum_ns += part->SumNs();
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = to_seconds(static_cast<int64_t>(sum_ns));
  families_.back().metric.push_back(std::move(metric));
}

void Families::Counter(std::string name, std::string help, double value) {
  Begin(MetricType::Counter, std::move(name), std::move(help));
  Add({}, value);
}

void Families::Gauge(std::string name, std::string help, double value) {
  Begin(MetricType::Gauge, std::move(name), std::move(help));
  Add({}, value);
}

double Families::ToSeconds(int64_t ns) { return static_cast<double>(ns) / kSecond; }

}  // namespace proxyherd::metrics
