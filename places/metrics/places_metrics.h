// Metrics of the calls of a provider.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/status_labels.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// Forwards to another provider and exports these metrics, labelled with that provider's name:
//
//   proxyherd_places_calls_total{result}       result: ok, or an error code as gRPC names it, in
//                                              lower case; all 17 exist from the start
//   proxyherd_places_call_duration_seconds     histogram, 10 us to 10 s
//   proxyherd_places_calls_in_flight           gauge
class MeteredProvider : public Provider {
 public:
  // A monotonic clock, in nanoseconds.
  using Clock = std::function<int64_t()>;

  // `registry` must outlive this object.
  MeteredProvider(std::unique_ptr<Provider> provider, prometheus::Registry& registry, Clock clock);

  std::string_view name() const override { return provider_->name(); }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override { return provider_->Describe(); }
  void Reload() override { provider_->Reload(); }

 private:
  const Clock clock_;
  std::array<prometheus::Counter*, kStatusCodes> results_{};  // by number of the code
  prometheus::Histogram* duration_ = nullptr;
  prometheus::Gauge* in_flight_ = nullptr;
  std::unique_ptr<Provider> provider_;  // last, because its destructor still finishes calls
};

}  // namespace proxyherd::places
