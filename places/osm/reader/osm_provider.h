// The provider that answers from files of OpenStreetMap.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "places/osm/osm_extract.h"
#include "places/osm/osm_memory.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

struct OsmOptions {
  // At least one. Together they form one set of places: an object in several files is found once.
  // The name of a file determines its format; see ReadOsmFile.
  std::vector<std::string> files;
  // Use and write a cache beside each file; see LoadOsmFile.
  bool use_cache = true;
  // Maximum memory of all places together, including old places while a reload replaces them.
  uint64_t memory_bytes = kNoMemoryLimit;
};

// The result of loading one file.
struct OsmReport {
  std::string file;
  OsmCounts counts;  // from a cache: the counts when the extract was read
  std::string data_date;
  bool from_cache = false;
  std::string cache_note;  // the problem with the cache; empty if none
};

// One line for people: "munich.osm.pbf: 9000 places of 2020-07-01, from its cache; 9 objects ...".
std::string Describe(const OsmReport& report);

// Callbacks for the progress of loading. Any may be empty. They are called on the loading thread,
// one at a time, and must not destroy the provider.
struct OsmEvents {
  std::function<void(const OsmProgress&)> progress;
  // Returns true if loading must stop. Called before each file, and whenever `progress` is. Loading
  // then ends with CANCELLED, as soon as ReadOsmFile can stop.
  std::function<bool()> gives_up;
  std::function<void(const OsmReport&)> loaded;
  // A reload has failed, and the old places stay.
  std::function<void(const absl::Status&)> reload_failed;
  // A reload has succeeded: searches find the new places from now on.
  std::function<void()> replaced;
};

// Answers from memory, before Search returns, nearest first. Each answer comes from one state of
// the files. Thread-safe.
class OsmProvider : public Provider {
 public:
  // Reads the files on this thread. Errors: those of LoadOsmFile for the first file that fails;
  // INVALID_ARGUMENT without files.
  static absl::StatusOr<std::unique_ptr<OsmProvider>> Load(OsmOptions options, OsmEvents events);

  // Cancels a reload in progress and waits for its thread; see OsmProgressCallback for how long.
  ~OsmProvider() override;

  std::string_view name() const override { return "osm"; }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override;

  // Reads the files again on a separate thread and returns immediately. Searches find the old
  // places until all new ones are loaded, so both are in memory for a while. If a reload is in
  // progress, another one follows it.
  void Reload() override;

 private:
  // The places that are searched; immutable.
  struct Places {
    std::vector<OsmExtract> extracts;

    uint64_t Bytes() const;
  };

  OsmProvider(OsmOptions options, OsmEvents events);

  absl::StatusOr<std::shared_ptr<const Places>> LoadAll();
  void ReloadOnThread();
  std::shared_ptr<const Places> places() const ABSL_LOCKS_EXCLUDED(mutex_);

  const OsmOptions options_;
  const OsmEvents events_;
  std::atomic<bool> stopping_{false};

  mutable Mutex mutex_;
  std::shared_ptr<const Places> places_ ABSL_GUARDED_BY(mutex_);
  std::string last_error_ ABSL_GUARDED_BY(mutex_);  // of the last reload; empty if it succeeded
  bool reloading_ ABSL_GUARDED_BY(mutex_) = false;
  bool once_more_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace proxyherd::places
