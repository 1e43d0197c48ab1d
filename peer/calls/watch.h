// One watcher of the table: the present matches, a mark, then what changes.
//
// Pure; used by one thread. Costs a bounded amount of memory however slowly it is read: what
// changes is kept as a set of client ids, so a client that changes often is one entry, and when the
// set would grow too large the watcher begins again with the present matches. A watcher of an area
// also keeps who is inside, to tell who leaves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/counters.h"
#include "core/iso6709.h"
#include "core/table.h"
#include "peer/calls/watch_memory.h"

namespace proxyherd {

// All clients when both are empty; at most one of the two is given.
struct WatchFilter {
  struct Circle {
    Coordinates middle;
    double radius_m = 0;
  };
  std::vector<std::string> clients;
  std::optional<Circle> area;
};

struct WatchedClient {
  std::string client;
  StoredReport report;
};
struct WatchCaughtUp {};
struct WatchResync {};
using WatchEvent = std::variant<WatchedClient, WatchCaughtUp, WatchResync>;

// Every limit that a watcher can run into.
enum class WatchLimit : uint8_t {
  kWatchers,        // refused
  kChangedClients,  // it begins again
  kInsideClients,   // one whose leaving will not be told
};
inline constexpr int kWatchLimits = 3;

// A name for the outside: a value of a metric's label.
std::string_view NameOf(WatchLimit limit);

// Hits of each, of all watchers together. Written by their thread, read by any.
struct WatchLimitHits {
  Counter& operator[](WatchLimit limit) { return hits[static_cast<size_t>(limit)]; }
  const Counter& operator[](WatchLimit limit) const { return hits[static_cast<size_t>(limit)]; }
  std::array<Counter, kWatchLimits> hits;
};

class Watch {
 public:
  // Some ten MB at most with usual ids, for a watcher that does not read; WatchMemory bounds what
  // longer ids take.
  static constexpr size_t kMaxDirty = 65'536;
  // Clients of an area whose leaving is told; at 9 to 18 bytes each. Of the others of a larger
  // crowd, or beyond WatchMemory, only changes inside are.
  static constexpr size_t kMaxInside = 1'000'000;
  // Buckets that one call of Next reads: a few ms at ten million clients.
  static constexpr int kBucketsPerTurn = 16;

  // References must outlive it. REQUIRES: from here on OnChanged is called for every change.
  Watch(const Table& table, WatchFilter filter, WatchLimitHits& limit_hits, WatchMemory& memory);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void OnChanged(const RecordView& record);

  // The next event to tell. nullopt: nothing until OnChanged, or, while Searching, until the next
  // call.
  std::optional<WatchEvent> Next();
  // The present matches are not all told yet.
  bool Searching() const { return !caught_up_; }

 private:
  bool Named(std::string_view client) const;
  bool InArea(std::string_view location) const;
  std::optional<WatchEvent> NextPresent();
  std::optional<WatchEvent> NextDirty();
  void FillPresent();
  void NoteInside(uint64_t hash);
  void AddDirty(std::string client);
  std::string PopDirty();
  void ForgetDirty();
  void ForgetInside();
  bool Take(size_t bytes);
  void Give(size_t bytes);

  const Table& table_;
  const WatchFilter filter_;
  WatchLimitHits& limit_hits_;
  WatchMemory& memory_;
  size_t held_bytes_ = 0;  // taken of memory_
  absl::flat_hash_set<std::string> named_;

  uint32_t bucket_ = 0;              // present matches are read bucket by bucket
  std::deque<std::string> present_;  // of the bucket read last
  bool caught_up_ = false;
  bool resync_ = false;
  std::deque<std::string> dirty_;  // in order of first change; each once
  absl::flat_hash_set<std::string> is_dirty_;
  absl::flat_hash_set<uint64_t> inside_;  // shared hashes of the clients told to be in the area
};

}  // namespace proxyherd
