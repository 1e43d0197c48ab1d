// What the system holds of the bytes that were sent on a socket.
#pragma once

#include <cstddef>

namespace proxyherd {

// The system tells it when asked, and asking after each reply would cost more than it tells: a
// client that reads has taken its replies long before. So it is asked once for so many bytes, and
// few bytes are not counted at all. Pure: its owner asks. Not thread-safe.
class InFlight {
 public:
  // Bytes sent after which the system is asked, and that it may hold uncounted.
  static constexpr size_t kLookEveryBytes = 4096;
  // What a segment costs the system beside its bytes.
  static constexpr size_t kSegmentBytes = 1024;

  // At most so much is ever held without being counted; part of kConnectionBytes.
  static constexpr size_t kUncountedBytes = 2 * kLookEveryBytes;

  void Sent(size_t bytes) { unseen_ += bytes + kSegmentBytes; }
  // Whether the system is to be asked.
  bool Due() const { return unseen_ >= kLookEveryBytes; }
  // What it answered.
  void Seen(size_t held) {
    held_ = held;
    unseen_ = 0;
  }

  // What is counted.
  size_t Counted() const { return held_ >= kLookEveryBytes ? held_ : 0; }
  // Whether more than what is not counted may be left. False is certain; true only until it is
  // asked.
  bool MayBeMuch() const { return Counted() != 0 || Due(); }

 private:
  size_t held_ = 0;    // when it was asked last
  size_t unseen_ = 0;  // sent since then
};

}  // namespace proxyherd
