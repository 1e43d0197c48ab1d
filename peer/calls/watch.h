// One watcher of the table: reports the present matches, then a mark, then the changes.
//
// No I/O; used by one thread. Memory is bounded however slowly the watcher is read: changes are
// kept as a set of client ids, in which a client that changes often is one entry. If the set would
// grow too large, the watcher begins again with the present matches. A watcher of an area also
// keeps the clients inside it, to report those that leave.
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

namespace proxyherd::peer {

// Matches all clients if both are empty. REQUIRES: at most one of the two is set.
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

// The limits of watchers, and what happens at each.
enum class WatchLimit : uint8_t {
  kWatchers,        // the watcher is refused
  kChangedClients,  // the watcher begins again
  kInsideClients,   // the client's leaving will not be reported
};
inline constexpr int kWatchLimits = 3;

// Returns the value of the metric label `limit`.
std::string_view NameOf(WatchLimit limit);

// Number of hits of each limit by all watchers. Written by the watchers' thread, read by any.
struct WatchLimitHits {
  Counter& operator[](WatchLimit limit) { return hits[static_cast<size_t>(limit)]; }
  const Counter& operator[](WatchLimit limit) const { return hits[static_cast<size_t>(limit)]; }
  std::array<Counter, kWatchLimits> hits;
};

class Watch {
 public:
  // Maximum changed clients kept for a watcher that does not read: some ten MB with typical ids.
  // WatchMemory bounds the memory of longer ids.
  static constexpr size_t kMaxDirty = 65'536;
  // Maximum clients of an area whose leaving is reported, at 10 to 21 bytes each. For more clients,
  // and beyond WatchMemory, only changes inside the area are reported.
  static constexpr size_t kMaxInside = 1'000'000;
  // Maximum buckets that one call of Next reads, in a few ms at ten million clients.
  static constexpr int kBucketsPerTurn = 16;

  // References must outlive the watch. REQUIRES: OnChanged is called for every change from now on;
  // `filter` meets the requirement of WatchFilter.
  Watch(const Table& table, WatchFilter filter, WatchLimitHits& limit_hits, WatchMemory& memory);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void OnChanged(const RecordView& record);

  // Returns the next event to report. After nullopt, the next call may return one if Searching();
  // otherwise there is none before OnChanged.
  std::optional<WatchEvent> Next();
  // Returns true if not all present matches have been reported yet.
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
  size_t held_bytes_ = 0;  // taken from memory_
  absl::flat_hash_set<std::string> named_;

  uint32_t bucket_ = 0;              // present matches are read bucket by bucket
  std::deque<std::string> present_;  // of the bucket read last
  bool caught_up_ = false;
  bool resync_ = false;
  std::deque<std::string> dirty_;  // in order of first change, without duplicates
  absl::flat_hash_set<std::string> is_dirty_;
  absl::flat_hash_set<uint64_t> inside_;  // shared hashes of the clients reported to be in the area
};

}  // namespace proxyherd::peer
