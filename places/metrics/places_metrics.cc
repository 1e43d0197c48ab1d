// All series are created at construction, so that searches only update them.
#include "places/metrics/places_metrics.h"

#include <string>
#include <utility>

#include "base/env.h"

namespace proxyherd::places {
namespace {

// Fine buckets for providers in memory (tens of microseconds), coarse ones for networks.
const prometheus::Histogram::BucketBoundaries kSeconds = {
    .00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01,
    .025,   .05,     .1,     .25,   .5,     1,     2.5,  5,     10};

}  // namespace

MeteredProvider::MeteredProvider(std::unique_ptr<Provider> provider, prometheus::Registry& registry,
                                 Clock clock)
    : clock_(std::move(clock)), provider_(std::move(provider)) {
  const std::string label(provider_->name());
  auto& calls = prometheus::BuildCounter()
                    .Name("proxyherd_places_calls_total")
                    .Help("Finished searches, by provider and result.")
                    .Register(registry);
  for (size_t code = 0; code < kStatusCodes; ++code) {
    results_[code] = &calls.Add({{"provider", label}, {"result", StatusLabel(code)}});
  }
  duration_ = &prometheus::BuildHistogram()
                   .Name("proxyherd_places_call_duration_seconds")
                   .Help("Time from asking a provider to its answer or error.")
                   .Register(registry)
                   .Add({{"provider", label}}, kSeconds);
  in_flight_ = &prometheus::BuildGauge()
                    .Name("proxyherd_places_calls_in_flight")
                    .Help("Searches in progress, by provider.")
                    .Register(registry)
                    .Add({{"provider", label}});
}

void MeteredProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  in_flight_->Increment();
  const int64_t start_ns = clock_();
  provider_->Search(request, budget_ns,
                    [this, start_ns, done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
                      in_flight_->Decrement();
                      duration_->Observe(static_cast<double>(clock_() - start_ns) / kSecond);
                      // code() returns only the 17 known codes.
                      results_[static_cast<size_t>(answer.status().code())]->Increment();
                      done(std::move(answer));
                    });
}

}  // namespace proxyherd::places
