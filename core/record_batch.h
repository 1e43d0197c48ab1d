// A run of packed records for a follower, with the origins that the records refer to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/record.h"

namespace proxyherd {

// Reused for batch after batch, so that its memory is allocated once. Not thread-safe.
class RecordBatch {
 public:
  // Holds at most one record more than `max_bytes`.
  explicit RecordBatch(size_t max_bytes) : max_bytes_(max_bytes) {}

  size_t max_bytes() const { return max_bytes_; }
  void set_max_bytes(size_t max_bytes) { max_bytes_ = max_bytes; }

  bool Full() const { return bytes_.size() >= max_bytes_; }
  bool Empty() const { return records_ == 0; }
  size_t Records() const { return records_; }

  // Appends a well-formed block of `size` bytes.
  void Append(const char* block, size_t size, OriginIndex origin) {
    bytes_.append(block, size);
    ++records_;
    if (origin >= seen_.size()) seen_.resize(origin + 1U);
    if (!seen_[origin]) {
      seen_[origin] = true;
      origins_.push_back(origin);
    }
  }

  const std::string& bytes() const { return bytes_; }
  // The origins that the records refer to, without duplicates.
  const std::vector<OriginIndex>& origins() const { return origins_; }

  void Clear() {
    bytes_.clear();
    records_ = 0;
    for (OriginIndex origin : origins_) seen_[origin] = false;
    origins_.clear();
  }

 private:
  size_t max_bytes_;
  std::string bytes_;
  size_t records_ = 0;
  std::vector<OriginIndex> origins_;
  std::vector<bool> seen_;
};

}  // namespace proxyherd
