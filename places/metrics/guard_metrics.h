// Metrics of the guards of a provider, for Prometheus.
#pragma once

#include <prometheus/collectable.h>

#include <optional>
#include <string>
#include <vector>

#include "places/guards/budgeted_provider.h"
#include "places/guards/cached_provider.h"
#include "places/guards/circuit_breaker_provider.h"
#include "places/guards/coalescing_provider.h"
#include "places/guards/retrying_provider.h"
#include "places/provider/fallback_provider.h"

namespace proxyherd::places {

// The guards in front of one provider. No pointer is null.
struct Guards {
  std::string provider;
  const CoalescingProvider* merged;
  CachedProvider* cache;
  const CircuitBreakerProvider* breaker;
  const RetryingProvider* retrying;
  const BudgetedProvider* budget;
};

// Labelled by provider, for one that has guards:
//
//   proxyherd_places_merged_total{result}   joined (shared another's call), repeated (one more
//                                           call for searches with more time), expired, refused
//                                           (too many wait)
//   proxyherd_places_waiting                searches that wait for the provider
//   proxyherd_places_cache_total{result}    hit, miss, evicted, expired
//   proxyherd_places_cache_entries, proxyherd_places_cache_bytes
//   proxyherd_places_breaker_state{state}   1 for its present state: closed, open, half_open
//   proxyherd_places_breaker_transitions_total{to}
//   proxyherd_places_breaker_refused_total  searches while it was open
//   proxyherd_places_attempts_total{kind}   first, retry
//   proxyherd_places_given_up_total         searches whose last error advised a retry
//   proxyherd_places_budget_total{result}   granted, refused_minute, refused_day
//   proxyherd_places_budget_left{window}    minute, day; only windows that have a limit
//   proxyherd_places_budget_limit{window}   likewise
//   proxyherd_places_budget_saves_total{result}  ok, failed
//
// With several providers also proxyherd_places_fallbacks_total{from,to,reason}; the reason is an
// error code as gRPC names it, in lower case.
class GuardMetrics : public prometheus::Collectable {
 public:
  // The arguments must outlive all calls of Collect. `fallback` may be null.
  GuardMetrics(std::optional<Guards> guards, const FallbackProvider* fallback);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::optional<Guards> guards_;
  const FallbackProvider* const fallback_;
};

}  // namespace proxyherd::places
