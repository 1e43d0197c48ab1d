// Makes the providers that an operator asked for, with their guards, as one.
#pragma once

#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <string>
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

namespace proxyherd {

struct ProviderOptions {
  // In the order in which they are asked, each once. "world": the data inside the binary; needs
  // nothing. "osm": files of OpenStreetMap. "google": Google's Places API (New); needs a key, and
  // every search costs money.
  std::vector<std::string> providers = {"world"};
  // For "osm", at least one.
  std::vector<std::string> osm_files;
  // That their places may take in all, also while a reload replaces them.
  uint64_t osm_memory_bytes = kNoMemoryLimit;
  // A file with nothing but Google's API key. Empty: the environment variable
  // PROXYHERD_PLACES_API_KEY has it. A file is better: other processes of the user can read the
  // environment, and children inherit it.
  std::string api_key_file;
  // Without the key. A mask with dearer fields costs more per search; one without
  // places.attributions breaks Google's terms as soon as anybody sees the places.
  GoogleOptions google;
  // A file of certificates (PEM) to trust for Google's endpoint instead of the system's. Empty:
  // those.
  std::string google_ca_file;
  // Of Google's answers. A lifetime above zero is against Google's terms unless a contract says
  // otherwise; at most kMaxCacheLifetime.
  CacheOptions cache;
  BudgetLimits budget;
  // Where the budget's count outlives the process; empty: nowhere.
  std::string budget_file;
  RetryOptions retry;
  // Names of the options above for "google" that the operator has changed: an error without it.
  std::vector<std::string> google_changed;

  bool Has(absl::string_view provider) const;
};

// All that is wrong with them, one sentence each that begins with the option; nothing is read but
// the key.
std::vector<std::string> ProviderOptionErrors(const ProviderOptions& options);

// What providers need; all of it must outlive them.
struct ProviderDeps {
  Env& env;
  Timers& timers;
  prometheus::Registry& registry;
  // For the operator's log. Thread-safe; may be null.
  std::function<void(const std::string&)> log = nullptr;
  std::function<void(const std::string&)> warn = nullptr;
  // Whether the process is to stop: reading data is given up then. Thread-safe; may be null.
  std::function<bool()> stops = nullptr;
};

// The providers as one, and what counts beside the registry: may be collected from as long as
// `provider` lives.
struct Places {
  std::unique_ptr<Timers> disk;  // the thread that writes the budget's file; null without one
  std::unique_ptr<GoogleMetrics> google;
  std::unique_ptr<GuardMetrics> metrics;
  std::unique_ptr<Provider> provider;  // last, because it uses the others
};

// Google's guards, from the outside: merged calls, cache, breaker, retries, budget. Offline
// providers have none, because they answer at once. Each is metered, and with several there is a
// fallback over all.
//
// REQUIRES: ProviderOptionErrors is empty. Errors, for the operator, when data or the budget's file
// cannot be had; CANCELLED when `stops` says so meanwhile. Starts the providers' threads.
absl::StatusOr<Places> MakePlaces(const ProviderOptions& options, const ProviderDeps& deps);

}  // namespace proxyherd
