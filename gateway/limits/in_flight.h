// The bytes sent on a socket that the system still holds.
#pragma once

#include <cstddef>

namespace proxyherd::gateway {

// The system reports the number when queried, and a query after each reply would cost more than it
// is worth: a client that reads has taken its replies long before. So bytes sent since the last
// query are unseen, and the owner queries if they are many: of this socket, and of all of its
// sockets together. Few bytes are not counted at all. Pure. Not thread-safe.
class InFlight {
 public:
  // The number of bytes that is worth a query, and that the system may hold uncounted.
  static constexpr size_t kQueryBytes = 4096;
  // The cost of a segment for the system, beside its bytes.
  static constexpr size_t kSegmentBytes = 1024;
  // The maximum held without being counted, if the owner queries whenever Due; part of
  // kConnectionBytes.
  static constexpr size_t kUncountedBytes = 2 * kQueryBytes;

  // Bytes were sent. Returns by how much Unseen has grown.
  size_t Sent(size_t bytes) {
    unseen_ += bytes + kSegmentBytes;
    return bytes + kSegmentBytes;
  }
  // Bytes sent since the last query, with the cost of their segments.
  size_t Unseen() const { return unseen_; }
  // Returns true if a query is worth its cost.
  bool Due() const { return unseen_ >= kQueryBytes; }
  // The result of a query.
  void Seen(size_t held) {
    held_ = held;
    unseen_ = 0;
  }

  // Bytes that count as held.
  size_t Counted() const { return held_ >= kQueryBytes ? held_ : 0; }
  // Returns true if more than the uncounted bytes may be left. False is certain; true is certain
  // only after a query.
  bool MayBeMuch() const { return Counted() != 0 || Due(); }

 private:
  size_t held_ = 0;    // at the last query
  size_t unseen_ = 0;  // sent since then
};

}  // namespace proxyherd::gateway
