// The options of places, for both servers.
#include "node/options/places_options.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "absl/strings/match.h"

namespace proxyherd {
namespace {

constexpr int64_t kMaxAttempts = 5;
constexpr int64_t kMaxCacheBytes = int64_t{16} << 30;
constexpr int64_t kMaxCallsPerMinute = 1'000'000;
constexpr int64_t kMaxCallsPerDay = 1'000'000'000;

}  // namespace

PlacesFlags::PlacesFlags(ProviderOptions& options)
    : options_(options),
      cache_ns_(options.cache.lifetime.count()),
      cache_bytes_(static_cast<int64_t>(options.cache.max_bytes)),
      attempts_(options.retry.max_attempts) {}

void PlacesFlags::Add(OptionParser& parser) {
  parser.List("places", &options_.providers,
              "Where places come from, with commas between: the first one is asked first, the next "
              "one when it fails. `world` is built in (towns and airports, no key, no network); "
              "`osm` has files of OpenStreetMap; `google` asks Google's Places API (New), which "
              "needs a key and costs money. google,osm,world always has an answer");
  parser.Texts(
      "places_osm", &options_.osm_files,
      "File of OpenStreetMap for --places=osm (.osm.pbf, .osm, .osm.gz, .osm.bz2); may be "
      "given several times. A large file takes memory and a while at the start. SIGHUP reads all "
      "anew");
  parser.Text("places_api_key_file", &options_.api_key_file,
              "File with Google's API key alone. Without it the environment variable "
              "PROXYHERD_PLACES_API_KEY is used. SIGHUP reads it anew");
  GoogleOptions& google = options_.google;
  parser.Text(
      "google_endpoint", &google.endpoint,
      "Base URL of the Places API. Another one is for tests and proxies, and is sent the key, too");
  parser.Text("google_field_mask", &google.field_mask,
              "Fields that Google is asked for, with commas between. Fewer make answers poorer; "
              "the dearest "
              "one sets the price of every call, which the log tells at the start");
  parser.Text("google_ca_file", &options_.google_ca_file,
              "File of certificates (PEM) to trust for the endpoint instead of the system's, for a "
              "proxy that has its own, which then reads all. Empty: the system's");
  parser.Text("google_language", &google.language,
              "Language of names and addresses, as BCP 47 has it (de, pt-BR), for searches that do "
              "not say; empty: Google's default, English");
  parser.Text("google_region", &google.region,
              "Country (two letters, as US) for which addresses are written, for searches that do "
              "not say; Google leaves its name out of addresses there. Empty: none");
  parser.List("google_types", &google.types.included,
              "Types of places (Google's Table A), with commas between, for searches that do not "
              "say, as WHATSATs; empty: all. Fewer types give places of a kind from further away");
  parser.Choice("google_rank", &rank_, {"distance", "popularity"},
                "For searches that do not say: the nearest places, or the best known ones in the "
                "circle, which may leave out what is next door");
  parser.Integer("google_budget_per_minute", &options_.budget.per_minute, 0, kMaxCallsPerMinute,
                 "Calls of Google in a minute of the clock; beyond it searches fail, or go to the "
                 "next provider. Google's own quota is usually 600. 0: no limit");
  parser.Integer("google_budget_per_day", &options_.budget.per_day, 0, kMaxCallsPerDay,
                 "Calls of Google in a day, which begins at midnight in California as Google's "
                 "does. It bounds what a day costs, and a busy day then ends early. 0: no limit");
  parser.Text(
      "google_budget_file", &options_.budget_file,
      "File that keeps the count of both across restarts; one for each process. A crash "
      "wastes up to a tenth of a minute's or a hundredth of a day's calls, and at most 100. "
      "Empty: each start counts anew");
  parser.Integer("google_attempts", &attempts_, 1, kMaxAttempts,
                 "Calls of Google for one search at the most: passing errors are tried again after "
                 "a pause while its time lasts. More hides short outages and costs more calls");
  parser.Duration("google_cache_for", &cache_ns_, 0, kMaxCacheLifetime.count(),
                  "How long answers of Google are kept for identical searches. Google's terms "
                  "forbid keeping them, so the default keeps nothing; a longer time saves money "
                  "where another contract allows it");
  parser.Integer(
      "google_cache_bytes", &cache_bytes_, 1 << 20, kMaxCacheBytes,
      "Bytes of memory for answers that are kept, when any are; those unused for longest go "
      "first. More saves calls, as far as searches come again");
}

void PlacesFlags::Store(const std::vector<std::string>& changed) {
  std::copy_if(changed.begin(), changed.end(), std::back_inserter(options_.google_changed),
               [](const std::string& name) {
                 return absl::StartsWith(name, "google_") || name == "places_api_key_file";
               });
  options_.google.rank = rank_ == "popularity" ? Rank::kPopularity : Rank::kDistance;
  options_.cache.lifetime = std::chrono::nanoseconds(cache_ns_);
  options_.cache.max_bytes = static_cast<size_t>(cache_bytes_);
  options_.retry.max_attempts = static_cast<int>(attempts_);
}

}  // namespace proxyherd
