// One watcher of the table: the present matches, a mark, then what changes.
//
// Pure; used by one thread. Costs a bounded amount of memory however slowly it is read: what
// changes is kept as a set of client ids, so a client that changes often is one entry, and when the
// set would grow too large the watcher begins again with the present matches. A watcher of an area
// also keeps who is inside, to tell who leaves.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/iso6709.h"
#include "core/table.h"

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

class Watch {
 public:
  // Some ten MB at most for a watcher that does not read.
  static constexpr size_t kMaxDirty = 65'536;
  // Clients of an area whose leaving is told; at 9 to 18 bytes each. Of the others of a larger
  // crowd only changes inside are.
  static constexpr size_t kMaxInside = 1'000'000;
  // Buckets that one call of Next reads: a few ms at ten million clients.
  static constexpr int kBucketsPerTurn = 16;

  // `table` must outlive it. REQUIRES: from here on OnChanged is called for every change.
  Watch(const Table& table, WatchFilter filter);

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
  void NoteInside(uint64_t hash) {
    if (inside_.size() < kMaxInside) inside_.insert(hash);
  }

  const Table& table_;
  const WatchFilter filter_;
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
