// The only file that knows all providers and guards.
#include "places/assembly/make_provider.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "places/assembly/budget_file.h"
#include "places/google/client/google_provider.h"
#include "places/google/client/load_api_key.h"
#include "places/google/google_price.h"
#include "places/metrics/places_metrics.h"
#include "places/osm/osm_progress_log.h"
#include "places/osm/reader/osm_provider.h"
#include "places/provider/coverage_provider.h"
#include "places/world/world_provider.h"
#include "runtime/timer_thread.h"

namespace proxyherd::places {
namespace {

using Made = absl::StatusOr<std::unique_ptr<Provider>>;

constexpr std::string_view kProviders[] = {"google", "osm", "world"};

void Tell(const std::function<void(const std::string&)>& log, const std::string& sentence) {
  if (log) log(sentence);
}

void ValidateList(const std::vector<std::string>& providers, std::vector<std::string>& errors) {
  const std::string list = absl::StrJoin(providers, ",");
  for (size_t i = 0; i < providers.size(); ++i) {
    const bool is_known = std::find(std::begin(kProviders), std::end(kProviders), providers[i]) !=
                          std::end(kProviders);
    const bool is_twice =
        std::find(providers.begin(), providers.begin() + static_cast<std::ptrdiff_t>(i),
                  providers[i]) != providers.begin() + static_cast<std::ptrdiff_t>(i);
    if (!is_known) {
      errors.push_back(absl::StrCat("--places=", list, ": there is no provider \"", providers[i],
                                    "\"; expected a list of google, osm and world"));
    } else if (is_twice) {
      errors.push_back(absl::StrCat("--places=", list, ": has ", providers[i], " twice"));
    }
  }
  if (providers.empty()) {
    errors.emplace_back("--places= is empty; expected a list of google, osm and world");
  }
}

void ValidateGoogle(const ProviderOptions& options, std::vector<std::string>& errors) {
  if (const absl::Status valid = ValidateGoogleOptions(options.google); !valid.ok()) {
    errors.push_back(absl::StrCat("--places=google: ", valid.message()));
  }
  const absl::Status key = LoadApiKey(options.api_key_file, std::getenv(kApiKeyVariable)).status();
  if (!key.ok()) errors.push_back(absl::StrCat("--places=google: ", key.message()));
  if (!options.budget_file.empty() && options.budget.per_day == 0 &&
      options.budget.per_minute == 0) {
    errors.push_back(
        absl::StrCat("--google_budget_file=", options.budget_file,
                     ": there is no budget to store; also give --google_budget_per_day or "
                     "--google_budget_per_minute"));
  }
}

Made MakeGoogle(const ProviderOptions& options, const ProviderDeps& deps, GoogleMetrics& metrics) {
  GoogleHooks hooks;
  hooks.load_key = [path = options.api_key_file] {
    return LoadApiKey(path, std::getenv(kApiKeyVariable));
  };
  hooks.log = deps.log;
  hooks.transfer = [&metrics](const TransferFacts& facts) { metrics.CountTransfer(facts); };
  hooks.error = [&metrics](const absl::Status& error) { metrics.CountError(error); };
  absl::StatusOr<std::string> key = hooks.load_key();
  if (!key.ok()) return key.status();
  GoogleOptions google = options.google;
  google.api_key = *std::move(key);
  for (const std::string& sentence : DescribeFieldMask(google.field_mask)) {
    Tell(deps.log, sentence);
  }
  CurlClient::Limits limits;
  limits.ca_file = options.google_ca_file;
  return std::make_unique<GoogleProvider>(std::move(google), std::move(hooks), limits);
}

// Warns the operator about consequences of the guards' options.
void WarnAboutGuards(const ProviderOptions& options, const ProviderDeps& deps) {
  if (options.cache.lifetime_ns > 0) {
    Tell(deps.warn,
         absl::StrCat("Google's answers are cached for ",
                      absl::FormatDuration(absl::Nanoseconds(options.cache.lifetime_ns)),
                      "; its terms (Service Specific Terms, Places API, Caching) allow this only "
                      "for coordinates and ids, so everything else needs a separate contract"));
  }
  if (options.budget.per_day > 0 && options.budget_file.empty()) {
    Tell(deps.warn,
         "the daily budget of calls to Google restarts with this process; give "
         "--google_budget_file to keep its count");
  }
}

// Puts a guard in front of `chain`; returns the guard.
template <typename Guard, typename... Options>
Guard* Wrap(std::unique_ptr<Provider>& chain, Options&&... options) {
  auto guard = std::make_unique<Guard>(std::move(chain), std::forward<Options>(options)...);
  Guard* const raw = guard.get();
  chain = std::move(guard);
  return raw;
}

absl::StatusOr<Guards> GuardGoogle(std::unique_ptr<Provider>& chain, const ProviderOptions& options,
                                   const ProviderDeps& deps, std::unique_ptr<Timers>& disk) {
  BudgetRecord record;
  std::unique_ptr<BudgetStore> store;
  if (!options.budget_file.empty()) {
    absl::StatusOr<BudgetFile::Opened> opened = BudgetFile::Open(options.budget_file);
    if (!opened.ok()) return opened.status();
    record = opened->record;
    store = std::move(opened->file);
    disk = std::make_unique<runtime::TimerThread>(deps.env);
  }
  Guards guards;
  guards.provider = std::string(chain->name());
  guards.budget = Wrap<BudgetedProvider>(chain, options.budget, record, std::move(store), deps.env,
                                         deps.timers, disk != nullptr ? *disk : deps.timers);
  guards.retrying = Wrap<RetryingProvider>(chain, options.retry, deps.env, deps.timers);
  guards.breaker =
      Wrap<CircuitBreakerProvider>(chain, CircuitBreaker::Options(), deps.env, deps.timers);
  guards.cache = Wrap<CachedProvider>(chain, options.cache, deps.timers);
  guards.merged = Wrap<CoalescingProvider>(chain, deps.timers);
  WarnAboutGuards(options, deps);
  return guards;
}

Made MakeOsm(const ProviderOptions& options, const ProviderDeps& deps) {
  OsmEvents events;
  events.progress = [log = deps.log, &timers = deps.timers,
                     progress_log =
                         std::make_shared<OsmProgressLog>()](const OsmProgress& progress) {
    const std::optional<std::string> line = progress_log->Next(progress, timers.MonotonicNs());
    if (line.has_value()) Tell(log, *line);
  };
  events.gives_up = deps.stops;
  events.loaded = [log = deps.log](const OsmReport& report) { Tell(log, Describe(report)); };
  events.reload_failed = [warn = deps.warn](const absl::Status& error) {
    Tell(warn, absl::StrCat("OpenStreetMap files not reloaded, the old places stay in use: ",
                            error.message()));
  };
  events.replaced = [log = deps.log] { Tell(log, "OpenStreetMap files reloaded"); };
  OsmOptions osm;
  osm.files = options.osm_files;
  osm.memory_bytes = options.osm_memory_bytes;
  absl::StatusOr<std::unique_ptr<OsmProvider>> made =
      OsmProvider::Load(std::move(osm), std::move(events));
  if (!made.ok()) return made.status();
  return *std::move(made);
}

}  // namespace

bool ProviderOptions::Has(std::string_view provider) const {
  return std::find(providers.begin(), providers.end(), provider) != providers.end();
}

std::vector<std::string> ProviderOptionErrors(const ProviderOptions& options) {
  std::vector<std::string> errors;
  ValidateList(options.providers, errors);
  if (options.Has("google")) ValidateGoogle(options, errors);
  if (!options.Has("google") && !options.google_changed.empty()) {
    errors.push_back(absl::StrCat("--", absl::StrJoin(options.google_changed, ", --"),
                                  ": not used; also give --places=google"));
  }
  if (options.Has("osm") && options.osm_files.empty()) {
    errors.emplace_back("--places=osm needs data; give --places_osm=FILE once for each file");
  }
  if (!options.Has("osm") && !options.osm_files.empty()) {
    errors.push_back(absl::StrCat("--places_osm=", options.osm_files.front(),
                                  " is not used; also give --places=osm"));
  }
  return errors;
}

absl::StatusOr<Places> MakePlaces(const ProviderOptions& options, const ProviderDeps& deps) {
  assert(ProviderOptionErrors(options).empty());
  Places places;
  std::optional<Guards> guards;
  std::vector<std::unique_ptr<Provider>> all;
  for (const std::string& name : options.providers) {
    Made made = absl::InvalidArgumentError(absl::StrCat("there is no provider \"", name, "\""));
    if (name == "world") made = WorldProvider::Load();
    if (name == "osm") made = MakeOsm(options, deps);
    if (name == "google") {
      places.google = std::make_unique<GoogleMetrics>(deps.registry);
      made = MakeGoogle(options, deps, *places.google);
    }
    if (!made.ok()) return made.status();
    std::unique_ptr<Provider> chain = *std::move(made);
    if (name == "google") {
      absl::StatusOr<Guards> guarded = GuardGoogle(chain, options, deps, places.disk);
      if (!guarded.ok()) return guarded.status();
      guards = *std::move(guarded);
    }
    if (name == "osm" && name != options.providers.back()) Wrap<CoverageProvider>(chain);
    all.push_back(std::make_unique<MeteredProvider>(
        std::move(chain), deps.registry, [&timers = deps.timers] { return timers.MonotonicNs(); }));
  }
  const FallbackProvider* fallback = nullptr;
  if (all.size() == 1) {
    places.provider = std::move(all.front());
  } else {
    auto over_all = std::make_unique<FallbackProvider>(std::move(all), deps.timers);
    fallback = over_all.get();
    places.provider = std::move(over_all);
  }
  places.metrics = std::make_unique<GuardMetrics>(std::move(guards), fallback);
  return places;
}

}  // namespace proxyherd::places
