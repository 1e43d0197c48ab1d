// What the system holds of the bytes that were sent on a socket.
#pragma once

#include <cstddef>

namespace proxyherd {

// The system tells it when asked, and asking after each reply would cost more than it tells: a
// client that reads has taken its replies long before. So what was sent since it was asked is known
// to be unseen, and the owner asks when that is much: of this socket, and of all of its sockets
// together. Few bytes are not counted at all. Pure. Not thread-safe.
class InFlight {
 public:
  // Bytes that are worth a question, and that the system may hold uncounted.
  static constexpr size_t kLookBytes = 4096;
  // What a segment costs the system beside its bytes.
  static constexpr size_t kSegmentBytes = 1024;
  // At most so much is held without being counted if the owner asks whenever it is due; part of
  // kConnectionBytes.
  static constexpr size_t kUncountedBytes = 2 * kLookBytes;

  // Returns by how much that which is unseen has grown.
  size_t Sent(size_t bytes) {
    unseen_ += bytes + kSegmentBytes;
    return bytes + kSegmentBytes;
  }
  // What was sent since the last answer.
  size_t Unseen() const { return unseen_; }
  // Whether it is worth a question.
  bool Due() const { return unseen_ >= kLookBytes; }
  // What it answered.
  void Seen(size_t held) {
    held_ = held;
    unseen_ = 0;
  }

  // What is counted.
  size_t Counted() const { return held_ >= kLookBytes ? held_ : 0; }
  // Whether more than what is not counted may be left. False is certain; true only until it is
  // asked.
  bool MayBeMuch() const { return Counted() != 0 || Due(); }

 private:
  size_t held_ = 0;    // when it was asked last
  size_t unseen_ = 0;  // sent since then
};

}  // namespace proxyherd
