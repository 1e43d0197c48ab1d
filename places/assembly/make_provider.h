// Builds the providers that an operator chose, with their guards, as one provider.
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/env.h"
#include "base/timers.h"
#include "places/google/google_request.h"
#include "places/guards/budget.h"
#include "places/guards/cached_provider.h"
#include "places/guards/retrying_provider.h"
#include "places/metrics/google_metrics.h"
#include "places/metrics/guard_metrics.h"
#include "places/osm/osm_memory.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

struct ProviderOptions {
  // In the order in which they are asked, each at most once. "world": the data inside the binary;
  // needs nothing else. "osm": files of OpenStreetMap. "google": Google's Places API (New); needs a
  // key, and every search costs money.
  std::vector<std::string> providers = {"world"};
  // For "osm"; at least one.
  std::vector<std::string> osm_files;
  // Maximum memory of all places of these files, including old places while a reload replaces them.
  uint64_t osm_memory_bytes = kNoMemoryLimit;
  // A file that contains only Google's API key. If empty, the environment variable
  // PROXYHERD_PLACES_API_KEY must contain it. A file is safer: other processes of the same user can
  // read the environment, and child processes inherit it.
  std::string api_key_file;
  // Its api_key is not used. A mask with more expensive fields costs more per search; a mask
  // without places.attributions violates Google's terms as soon as places are shown to people.
  GoogleOptions google;
  // A file of certificates (PEM) to trust for Google's endpoint. If empty, the system's are
  // trusted.
  std::string google_ca_file;
  // Cache of Google's answers. A lifetime above zero violates Google's terms unless a contract
  // allows it; at most kMaxCacheLifetimeNs.
  CacheOptions cache;
  BudgetLimits budget;
  // The file that keeps the budget's count across restarts. If empty, the count is not kept.
  std::string budget_file;
  RetryOptions retry;
  // Names of the options for "google" that the operator has set; an error if "google" is not used.
  std::vector<std::string> google_changed;

  bool Has(std::string_view provider) const;
};

// Returns everything that is wrong with the options, as sentences that each begin with an option's
// name. Reads nothing except the key.
std::vector<std::string> ProviderOptionErrors(const ProviderOptions& options);

// What providers need. All of its members must outlive the providers.
struct ProviderDeps {
  Env& env;
  Timers& timers;
  prometheus::Registry& registry;
  // Write a line to the operator's log. Thread-safe; may be null.
  std::function<void(const std::string&)> log = nullptr;
  std::function<void(const std::string&)> warn = nullptr;
  // Returns true if the process is stopping; reading data is then cancelled. Thread-safe; may be
  // null.
  std::function<bool()> stops = nullptr;
};

// All providers as one, with the collectors of their metrics, which may be used while `provider`
// lives.
struct Places {
  std::unique_ptr<Timers> disk;  // the thread that writes the budget file; null without one
  std::unique_ptr<GoogleMetrics> google;
  std::unique_ptr<GuardMetrics> metrics;
  std::unique_ptr<Provider> provider;  // last, because it uses the others
};

// Builds the providers and starts their threads. Google's guards, from the outside in: coalescing,
// cache, circuit breaker, retries, budget. Offline providers have no guards, because they answer
// immediately. Each provider has metrics; several are combined in a fallback.
//
// Errors are written for the operator: data or the budget file is not available; CANCELLED if
// `stops` returns true meanwhile. REQUIRES: ProviderOptionErrors is empty.
absl::StatusOr<Places> MakePlaces(const ProviderOptions& options, const ProviderDeps& deps);

}  // namespace proxyherd::places
