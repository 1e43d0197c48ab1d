// A sample, for the map, of the positions reported during the last second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/record.h"
#include "page/map_grid.h"

namespace proxyherd::page {

// No I/O. Used by one thread at a time.
class Seen {
 public:
  // Maximum points in the sample; more would only flicker.
  static constexpr size_t kMaxPoints = 48;

  explicit Seen(bool exact) : exact_(exact) {}

  void Add(const RecordView& record);
  uint64_t records() const { return records_; }
  // Returns `[[latitude,longitude],...]` and clears the sample.
  std::string Take();

 private:
  const bool exact_;
  uint64_t records_ = 0;
  std::vector<Coordinates> points_;
};

}  // namespace proxyherd::page
