// The memory that all watchers of a node may take together.
#pragma once

#include <cstddef>
#include <limits>

namespace proxyherd {

// Of one thread. What is taken has to be given back.
class WatchMemory {
 public:
  static constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();
  // Each watcher may always take so much, whatever the others do: else one that is alone with its
  // changes would begin again for ever.
  static constexpr size_t kOwnBytes = size_t{16} << 10;

  explicit WatchMemory(size_t max_bytes = kNoLimit) : max_bytes_(max_bytes) {}

  // `held`: what the watcher has taken before. False: it may not take so much more.
  bool Take(size_t bytes, size_t held) {
    const bool own = held + bytes <= kOwnBytes;
    if (!own && (used_ > max_bytes_ || bytes > max_bytes_ - used_)) return false;
    used_ += bytes;
    return true;
  }
  void Give(size_t bytes) { used_ -= bytes; }

  size_t used() const { return used_; }

 private:
  const size_t max_bytes_;
  size_t used_ = 0;
};

}  // namespace proxyherd
