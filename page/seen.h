// Where reports have come in during the last second: some of them, for the map to show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/record.h"
#include "page/map_grid.h"

namespace proxyherd {

// Pure; of one thread at a time.
class Seen {
 public:
  // More points would only flicker.
  static constexpr size_t kMaxPoints = 48;

  explicit Seen(bool exact) : exact_(exact) {}

  void Add(const RecordView& record);
  uint64_t records() const { return records_; }
  // `[[latitude,longitude],...]`, and begins anew.
  std::string Take();

 private:
  const bool exact_;
  uint64_t records_ = 0;
  std::vector<Coordinates> points_;
};

}  // namespace proxyherd
