#include "places/osm/reader/osm_provider.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/osm/reader/osm_load.h"
#include "places/place/place_json.h"

namespace proxyherd::places {

std::string Describe(const OsmReport& report) {
  const OsmCounts& c = report.counts;
  std::string text =
      absl::StrCat(report.file, ": ", c.places, " places", report.data_date.empty() ? "" : " of ",
                   report.data_date, report.from_cache ? ", from its cache" : "", "; ", c.bytes,
                   " bytes, ", c.nodes + c.ways + c.relations, " objects");
  const std::pair<uint64_t, std::string_view> rest[] = {
      {c.unnamed_skipped, "without a name skipped"},
      {c.unmapped, "with a name, but of no known type"},
      {c.nodes_without_location, "nodes without a position skipped"},
      {c.ways_without_nodes, "ways without nodes skipped"},
      {c.relations_without_ways, "relations without ways skipped"},
      {c.ways_incomplete, "ways incomplete"},
      {c.relations_incomplete, "relations incomplete"},
      {c.hours_unread, "opening hours not understood"}};
  for (const auto& [count, what] : rest) {
    if (count > 0) absl::StrAppend(&text, ", ", count, " ", ToAbsl(what));
  }
  if (c.main_named > 0) {
    absl::StrAppend(&text, "; ", c.main_named - c.main_unmapped, " of ", c.main_named,
                    " named objects with a main key (amenity, shop ...) have a type");
  }
  if (!report.cache_note.empty()) absl::StrAppend(&text, "; ", report.cache_note);
  return text;
}

OsmProvider::OsmProvider(OsmOptions options, OsmEvents events)
    : options_(std::move(options)), events_(std::move(events)) {}

absl::StatusOr<std::unique_ptr<OsmProvider>> OsmProvider::Load(OsmOptions options,
                                                               OsmEvents events) {
  if (options.files.empty()) {
    return absl::InvalidArgumentError("the osm provider needs a file of OpenStreetMap");
  }
  // make_unique cannot call the private constructor.
  std::unique_ptr<OsmProvider> provider(new OsmProvider(std::move(options), std::move(events)));
  absl::StatusOr<std::shared_ptr<const Places>> places = provider->LoadAll();
  if (!places.ok()) return places.status();
  const MutexLock lock(&provider->mutex_);
  provider->places_ = *std::move(places);
  return provider;
}

OsmProvider::~OsmProvider() {
  stopping_ = true;
  std::thread thread;
  {
    const MutexLock lock(&mutex_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

uint64_t OsmProvider::Places::Bytes() const {
  uint64_t sum = 0;
  for (const OsmExtract& extract : extracts) sum += OsmHoldingBytes(extract.store.bytes().size());
  return sum;
}

absl::StatusOr<std::shared_ptr<const OsmProvider::Places>> OsmProvider::LoadAll() {
  auto places = std::make_shared<Places>();
  const std::shared_ptr<const Places> present = this->places();
  const uint64_t present_bytes = present == nullptr ? 0 : present->Bytes();
  const auto gives_up = [this] { return stopping_ || (events_.gives_up && events_.gives_up()); };
  const auto progress = [&](const OsmProgress& progress) {
    if (events_.progress) events_.progress(progress);
    return !gives_up();
  };
  for (const std::string& file : options_.files) {
    if (gives_up()) return absl::CancelledError(absl::StrCat(file, ": reading was cancelled"));
    absl::StatusOr<OsmLoaded> loaded = LoadOsmFile(
        file, options_.use_cache, progress,
        options_.memory_bytes - std::min(options_.memory_bytes, present_bytes + places->Bytes()));
    if (!loaded.ok()) return loaded.status();
    OsmExtract& extract = loaded->extract;
    if (events_.loaded) {
      events_.loaded(
          {file, extract.counts, extract.data_date, loaded->from_cache, loaded->cache_note});
    }
    places->extracts.push_back(std::move(extract));
  }
  return places;
}

std::shared_ptr<const OsmProvider::Places> OsmProvider::places() const {
  const MutexLock lock(&mutex_);
  return places_;
}

void OsmProvider::Search(const SearchRequest& request, int64_t /*budget_ns*/, Done done) {
  if (absl::Status status = ValidateSearchRequest(request); !status.ok()) {
    done(std::move(status));
    return;
  }
  struct Found {
    const OsmStore* store;
    OsmStore::Hit hit;
  };
  const std::shared_ptr<const Places> places = this->places();
  const auto limit = static_cast<size_t>(request.max_results);
  std::vector<Found> found;
  for (const OsmExtract& extract : places->extracts) {
    for (const OsmStore::Hit& hit : extract.store.Nearest({request.latitude, request.longitude},
                                                          request.radius_m, limit, request.types)) {
      found.push_back({&extract.store, hit});
    }
  }
  // Places at equal distances stay in the order of the files.
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.hit.distance_m < b.hit.distance_m;
  });
  absl::flat_hash_set<OsmKey> seen;
  std::vector<Place> answer;
  for (const auto& [store, hit] : found) {
    if (answer.size() == limit) break;
    if (places->extracts.size() > 1 && !seen.insert(store->key(hit.index)).second) continue;
    std::optional<Place> place = store->MakePlace(hit.index, request.language, request.region);
    if (place) answer.push_back(*std::move(place));
  }
  done(SearchAnswer{RenderPlaces(answer), std::string(name()), ""});
}

std::vector<ProviderStatus> OsmProvider::Describe() const {
  ProviderStatus status;
  status.name = std::string(name());
  std::shared_ptr<const Places> places;
  {
    const MutexLock lock(&mutex_);
    places = places_;
    status.reason = last_error_;
  }
  if (!status.reason.empty()) status.state = ProviderStatus::State::kDegraded;
  int64_t records = 0;
  for (const OsmExtract& extract : places->extracts) {
    records += static_cast<int64_t>(extract.store.size());
    // Reports the oldest date: all data is at least that new.
    if (extract.data_date.empty()) continue;
    if (status.data_date.empty() || extract.data_date < status.data_date) {
      status.data_date = extract.data_date;
    }
  }
  status.records = records;
  status.attributions = {{"OpenStreetMap contributors", "https://www.openstreetmap.org/copyright"}};
  return {std::move(status)};
}

void OsmProvider::Reload() {
  absl::Status failed;
  {
    const MutexLock lock(&mutex_);
    if (reloading_) {
      once_more_ = true;
      return;
    }
    if (thread_.joinable()) thread_.join();  // it has ended, or ends without needing the lock
    try {
      thread_ = std::thread([this] { ReloadOnThread(); });
      reloading_ = true;
    } catch (const std::system_error& error) {
      failed = absl::ResourceExhaustedError(
          absl::StrCat("cannot start a thread to read files: ", error.what()));
      last_error_ = std::string(failed.message());
    }
  }
  if (!failed.ok() && events_.reload_failed) events_.reload_failed(failed);
}

void OsmProvider::ReloadOnThread() {
  for (;;) {
    absl::StatusOr<std::shared_ptr<const Places>> loaded = LoadAll();
    if (stopping_) return;
    const absl::Status status = loaded.status();
    std::shared_ptr<const Places> old;  // destroyed without the lock, because it may be large
    {
      const MutexLock lock(&mutex_);
      last_error_ = status.ok()
                        ? ""
                        : absl::StrCat("the last reload failed, the old places stay in use: ",
                                       status.message());
      if (status.ok()) {
        old = std::exchange(places_, *std::move(loaded));
      }
    }
    old.reset();
    if (status.ok() && events_.replaced) events_.replaced();
    if (!status.ok() && events_.reload_failed) events_.reload_failed(status);
    const MutexLock lock(&mutex_);
    reloading_ = std::exchange(once_more_, false);
    if (!reloading_) return;
  }
}

}  // namespace proxyherd::places
