// Keeps the counts of the map up to date: reads the table again and again while it changes, a
// bounded number of records at a time, so that a table of any size costs the same each second.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/table.h"
#include "page/map_grid.h"

namespace proxyherd {

// Pure; of one thread.
class MapScan {
 public:
  // Records read in one turn, or a bucket more: some 15 ms. A million clients are counted anew
  // every eight seconds, a hundred thousand in every one.
  static constexpr size_t kRecordsPerTurn = size_t{1} << 17;
  // The first round is to end soon.
  static constexpr size_t kRecordsOfFirstTurns = size_t{1} << 20;

  // `exact`: whether the points themselves may be known.
  MapScan(const Table& table, bool exact) : table_(table), exact_(exact) {}

  // Something may have changed.
  void NoteChange() { changed_ = true; }

  // Whether a round that begins now ends in one turn.
  bool OneTurn() const { return !round_.has_value() && table_.Records() < kRecordsPerTurn / 2; }

  // Reads on. The new snapshot when a round has ended; otherwise nullptr. A round begins when
  // something has changed since the last one began.
  std::shared_ptr<const MapSnapshot> Step();

  // The last one; nullptr before the first round has ended.
  const std::shared_ptr<const MapSnapshot>& snapshot() const { return snapshot_; }

  // Nobody looks any more.
  void Forget();

 private:
  const Table& table_;
  const bool exact_;
  bool changed_ = true;
  uint64_t records_ = 0;  // when the round began: expiry changes the table without a word
  uint64_t version_ = 0;
  uint32_t bucket_ = 0;
  std::optional<GridBuilder> round_;
  std::shared_ptr<const MapSnapshot> snapshot_;
};

}  // namespace proxyherd
