// Tracks how many bytes sent on a socket the system still holds.
#pragma once

#include <cstddef>

namespace proxyherd::gateway {

// The system reports that number if queried, but a query after each reply would cost more than it
// is worth, because a client that reads has taken its replies long before. So bytes sent since the
// last query are "unseen". The owner queries a socket when Due, if the unseen bytes of all of its
// sockets are also many. Small numbers are not counted at all. No I/O. Not thread-safe.
class InFlight {
 public:
  // This many bytes are worth a query; if the system holds fewer, they are not counted.
  static constexpr size_t kQueryBytes = 4096;
  // What a segment costs the system in addition to its bytes.
  static constexpr size_t kSegmentBytes = 1024;
  // The most bytes that can be held uncounted, if the owner queries whenever Due; part of
  // kConnectionBytes.
  static constexpr size_t kUncountedBytes = 2 * kQueryBytes;

  // Adds sent bytes. Returns how much Unseen has grown.
  size_t Sent(size_t bytes) {
    unseen_ += bytes + kSegmentBytes;
    return bytes + kSegmentBytes;
  }
  // Bytes sent since the last query, with the cost of their segments.
  size_t Unseen() const { return unseen_; }
  // Returns true if a query is worth its cost.
  bool Due() const { return unseen_ >= kQueryBytes; }
  // Sets the result of a query.
  void Seen(size_t held) {
    held_ = held;
    unseen_ = 0;
  }

  // The bytes to count as held.
  size_t Counted() const { return held_ >= kQueryBytes ? held_ : 0; }
  // Returns true if the system may hold more than kUncountedBytes. False is certain; true is
  // certain only after a query.
  bool MayBeMuch() const { return Counted() != 0 || Due(); }

 private:
  size_t held_ = 0;    // at the last query
  size_t unseen_ = 0;  // sent since then
};

}  // namespace proxyherd::gateway
