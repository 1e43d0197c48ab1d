// The memory budget that all watchers of a node share.
#pragma once

#include <cassert>
#include <cstddef>
#include <limits>

namespace proxyherd::peer {

// Used by one thread. All bytes taken must be given back.
class WatchMemory {
 public:
  static constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();
  // Each watcher may always take this much, independently of the others; otherwise a watcher might
  // begin again forever.
  static constexpr size_t kOwnBytes = size_t{16} << 10;

  explicit WatchMemory(size_t max_bytes = kNoLimit) : max_bytes_(max_bytes) {}

  // Takes bytes for a watcher that already holds `held` bytes. Returns false and takes none if the
  // watcher may not take that many more.
  bool Take(size_t bytes, size_t held) {
    const bool own = held + bytes <= kOwnBytes;
    if (!own && (used_ > max_bytes_ || bytes > max_bytes_ - used_)) return false;
    used_ += bytes;
    return true;
  }
  // REQUIRES: `bytes` were taken before.
  void Give(size_t bytes) {
    assert(bytes <= used_);
    used_ -= bytes;
  }

  size_t used() const { return used_; }

 private:
  const size_t max_bytes_;
  size_t used_ = 0;
};

}  // namespace proxyherd::peer
