// Keeps the map's counts up to date: scans the table again and again while it changes, a bounded
// number of records at a time, so that the cost per second does not depend on the size of the
// table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/table.h"
#include "page/map_grid.h"

namespace proxyherd::page {

// No I/O. Used by one thread.
class MapScan {
 public:
  // Records read per turn, which takes some 15 ms; a turn may exceed it by one bucket. A million
  // clients are recounted every eight seconds, a hundred thousand every second.
  static constexpr size_t kRecordsPerTurn = size_t{1} << 17;
  // Records read per turn of the first round, so that it ends soon.
  static constexpr size_t kRecordsOfFirstTurns = size_t{1} << 20;

  // `exact`: keep exact positions. `table` must outlive this object.
  MapScan(const Table& table, bool exact) : table_(table), exact_(exact) {}

  // Notes that the table may have changed.
  void NoteChange() { changed_ = true; }

  // Returns true if no round is in progress and one that begins now would end within one turn.
  bool OneTurn() const { return !round_.has_value() && table_.Records() < kRecordsPerTurn / 2; }

  // Continues the scan. Returns the new snapshot if this ends a round; otherwise nullptr. A round
  // begins only if something has changed since the last round began.
  std::shared_ptr<const MapSnapshot> Step();

  // The last snapshot; nullptr until the first round has ended.
  const std::shared_ptr<const MapSnapshot>& snapshot() const { return snapshot_; }

  // Drops the snapshot and the round in progress, because there are no viewers.
  void Forget();

 private:
  const Table& table_;
  const bool exact_;
  bool changed_ = true;
  uint64_t records_ = 0;  // when the last round began; shows expiry, which has no NoteChange
  uint64_t version_ = 0;
  uint32_t bucket_ = 0;
  std::optional<GridBuilder> round_;
  std::shared_ptr<const MapSnapshot> snapshot_;
};

}  // namespace proxyherd::page
