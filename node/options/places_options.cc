#include "node/options/places_options.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/match.h"

namespace proxyherd::node {
namespace {

constexpr int64_t kMaxAttempts = 5;
constexpr int64_t kMaxCacheBytes = int64_t{16} << 30;
constexpr int64_t kMaxCallsPerMinute = 1'000'000;
constexpr int64_t kMaxCallsPerDay = 1'000'000'000;

}  // namespace

PlacesFlags::PlacesFlags(places::ProviderOptions& options)
    : options_(options),
      cache_ns_(options.cache.lifetime_ns),
      cache_bytes_(static_cast<int64_t>(options.cache.max_bytes)),
      attempts_(options.retry.max_attempts) {}

void PlacesFlags::Add(config::OptionParser& parser) {
  parser.List("places", &options_.providers,
              "Providers of places, separated by commas, in order of preference; if one fails, the "
              "next one is asked. `world` is built in (towns and airports; no key, no network); "
              "`osm` reads OpenStreetMap files; `google` uses Google's Places API (New), which "
              "needs a key and costs money. google,osm,world always has an answer");
  parser.Texts(
      "places_osm", &options_.osm_files,
      "OpenStreetMap file for --places=osm (.osm.pbf, .osm, .osm.gz, .osm.bz2); may be given "
      "several times. A large file takes memory, and time at the start. SIGHUP reloads all files");
  parser.Text("places_api_key_file", &options_.api_key_file,
              "File that contains only Google's API key. Empty: the environment variable "
              "PROXYHERD_PLACES_API_KEY is used. SIGHUP reloads it");
  places::GoogleOptions& google = options_.google;
  parser.Text(
      "google_endpoint", &google.endpoint,
      "Base URL of the Places API. Another one is for tests and proxies; it is sent the key too");
  parser.Text(
      "google_field_mask", &google.field_mask,
      "Fields requested from Google, separated by commas. Fewer fields make poorer answers; the "
      "most expensive field sets the price of every call, which is logged at the start");
  parser.Text("google_ca_file", &options_.google_ca_file,
              "File of certificates (PEM) to trust for the endpoint instead of the system's, for "
              "an intercepting proxy, which can then read all traffic. Empty: the system's");
  parser.Text("google_language", &google.language,
              "Language of names and addresses (BCP 47: de, pt-BR) for searches that do not "
              "specify one. Empty: Google's default, English");
  parser.Text(
      "google_region", &google.region,
      "Country (two letters, e.g. US) for which addresses are formatted, for searches that do not "
      "specify one; Google omits the country's name from addresses there. Empty: none");
  parser.List(
      "google_types", &google.types.included,
      "Types of places (Google's Table A), separated by commas, for searches that do not specify "
      "any, such as WHATSATs. Empty: all. Fewer types find places of a kind from further away");
  parser.Choice("google_rank", &rank_, {"distance", "popularity"},
                "Ranking of searches that do not specify one: the nearest places, or the most "
                "popular ones in the circle, which may omit nearby places");
  parser.Integer("google_budget_per_minute", &options_.budget.per_minute, 0, kMaxCallsPerMinute,
                 "Maximum calls of Google per clock minute; beyond it searches fail, or go to the "
                 "next provider. Google's own quota is usually 600. 0: no limit");
  parser.Integer(
      "google_budget_per_day", &options_.budget.per_day, 0, kMaxCallsPerDay,
      "Maximum calls of Google per day, which begins at midnight in California, like Google's. It "
      "bounds the cost of a day; a busy day then runs out early. 0: no limit");
  parser.Text("google_budget_file", &options_.budget_file,
              "File that keeps both counts across restarts; one per process. A crash wastes up to "
              "a tenth of a minute's or a hundredth of a day's calls, at most 100. Empty: each "
              "start counts from 0");
  parser.Integer(
      "google_attempts", &attempts_, 1, kMaxAttempts,
      "Maximum calls of Google per search: transient errors are retried after a pause until the "
      "deadline of the search. A higher value hides short outages and costs more calls");
  parser.Duration("google_cache_for", &cache_ns_, 0, places::kMaxCacheLifetimeNs,
                  "How long answers of Google are cached for identical searches. Google's terms "
                  "forbid caching, so the default caches nothing; a longer time saves money if "
                  "another contract allows it");
  parser.Integer("google_cache_bytes", &cache_bytes_, 1 << 20, kMaxCacheBytes,
                 "Maximum bytes of cached answers; the least recently used ones are evicted first. "
                 "A higher value saves calls if searches repeat");
}

void PlacesFlags::Store(const std::vector<std::string>& changed) {
  std::copy_if(changed.begin(), changed.end(), std::back_inserter(options_.google_changed),
               [](const std::string& name) {
                 return absl::StartsWith(name, "google_") || name == "places_api_key_file";
               });
  options_.google.rank =
      rank_ == "popularity" ? places::Rank::kPopularity : places::Rank::kDistance;
  options_.cache.lifetime_ns = cache_ns_;
  options_.cache.max_bytes = static_cast<size_t>(cache_bytes_);
  options_.retry.max_attempts = static_cast<int>(attempts_);
}

}  // namespace proxyherd::node
