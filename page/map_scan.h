// Keeps the counts of the map up to date: scans the table repeatedly while it changes, a bounded
// number of records at a time, so that the cost per second does not depend on the size of the
// table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/table.h"
#include "page/map_grid.h"

namespace proxyherd::page {

// Pure. Used by one thread.
class MapScan {
 public:
  // Records read per turn, up to one bucket more: some 15 ms. A million clients are recounted every
  // eight seconds, a hundred thousand every second.
  static constexpr size_t kRecordsPerTurn = size_t{1} << 17;
  // More at first, so that the first round ends soon.
  static constexpr size_t kRecordsOfFirstTurns = size_t{1} << 20;

  // `exact`: keep exact positions. `table` must outlive it.
  MapScan(const Table& table, bool exact) : table_(table), exact_(exact) {}

  // Records that something may have changed.
  void NoteChange() { changed_ = true; }

  // Returns true if a round that begins now would end in one turn.
  bool OneTurn() const { return !round_.has_value() && table_.Records() < kRecordsPerTurn / 2; }

  // Continues the scan. Returns the new snapshot if a round has ended; otherwise nullptr. A round
  // begins if something has changed since the last one began.
  std::shared_ptr<const MapSnapshot> Step();

  // The last snapshot; nullptr until the first round has ended.
  const std::shared_ptr<const MapSnapshot>& snapshot() const { return snapshot_; }

  // Drops the snapshot and the round in progress, because there are no viewers.
  void Forget();

 private:
  const Table& table_;
  const bool exact_;
  bool changed_ = true;
  uint64_t records_ = 0;  // when the round began: expiry changes the table without a NoteChange
  uint64_t version_ = 0;
  uint32_t bucket_ = 0;
  std::optional<GridBuilder> round_;
  std::shared_ptr<const MapSnapshot> snapshot_;
};

}  // namespace proxyherd::page
