// The provider that answers from files of OpenStreetMap.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "places/osm/osm_extract.h"
#include "places/osm/osm_memory.h"
#include "places/provider/provider.h"

namespace proxyherd {

struct OsmOptions {
  // At least one. Together they are one set of places: an object that several files have is found
  // once. Each file's kind is told by its name; see ReadOsmFile.
  std::vector<std::string> files;
  // Whether a cache beside each file is used and written; see LoadOsmFile.
  bool use_cache = true;
  // That all places together may take, those that a reload replaces included.
  uint64_t memory_bytes = kNoMemoryLimit;
};

// What was loaded from one file.
struct OsmReport {
  std::string file;
  OsmCounts counts;  // from a cache: those of the reading that made it
  std::string data_date;
  bool from_cache = false;
  std::string cache_note;  // what was wrong with the cache; empty when nothing was
};

// "munich.osm.pbf: 9000 places of 2020-07-01, from its cache; 9 objects ...", one line for people.
std::string Describe(const OsmReport& report);

// What the provider tells while it loads. Any may be empty. They are called on the thread that
// loads, one at a time, and must not destroy the provider.
struct OsmEvents {
  std::function<void(const OsmProgress&)> progress;
  // Whether to give up; asked before each file, and as often as `progress` is called. Loading then
  // ends with CANCELLED, as soon as ReadOsmFile can.
  std::function<bool()> gives_up;
  std::function<void(const OsmReport&)> loaded;
  // A reload came to nothing, and the old places stay.
  std::function<void(const absl::Status&)> reload_failed;
  // A reload has ended well: from now on searches find the new places.
  std::function<void()> replaced;
};

// Answers from memory, before Search returns, nearest first. Each answer is from one state of the
// files.
class OsmProvider : public Provider {
 public:
  // Reads the files, on this thread. Errors as of LoadOsmFile, of the first file that has one;
  // INVALID_ARGUMENT without files.
  static absl::StatusOr<std::unique_ptr<OsmProvider>> Load(OsmOptions options, OsmEvents events);

  // Gives up a reload under way and waits for its thread, which takes as long as
  // OsmProgressCallback says.
  ~OsmProvider() override;

  absl::string_view name() const override { return "osm"; }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override;
  std::vector<ProviderStatus> Describe() const override;

  // Reads the files anew on a thread of its own and returns at once. Searches find the old places
  // until the new ones are all there: so both are in memory for a while. During a reload it asks
  // for one more after it.
  void Reload() override;

 private:
  // What is searched; never changes.
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

  mutable absl::Mutex mutex_;
  std::shared_ptr<const Places> places_ ABSL_GUARDED_BY(mutex_);
  std::string last_error_ ABSL_GUARDED_BY(mutex_);  // of the last reload; empty when it went well
  bool reloading_ ABSL_GUARDED_BY(mutex_) = false;
  bool once_more_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace proxyherd
