// Counts the frames of one direction of an HTTP/2 connection, by purpose.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace proxyherd::bench {

// Bytes, including the nine bytes of each frame's header.
struct FrameCounts {
  uint64_t bytes = 0;  // all
  uint64_t data = 0;   // DATA: messages, each with the five bytes that gRPC puts before it
  uint64_t pings = 0;
  uint64_t window_updates = 0;

  FrameCounts& operator+=(const FrameCounts& other);
  FrameCounts operator-(const FrameCounts& other) const;
};

// Takes a byte stream in pieces of any size. Not thread-safe.
class FrameCounter {
 public:
  // The client's end of a connection sends a preface first, which is not a frame.
  explicit FrameCounter(bool of_client) : skip_(of_client ? kPrefaceBytes : 0) {}

  void Take(std::string_view bytes);
  const FrameCounts& counts() const { return counts_; }

 private:
  static constexpr size_t kPrefaceBytes = 24;
  static constexpr size_t kHeaderBytes = 9;

  void OnHeader();

  FrameCounts counts_;
  size_t skip_;  // remaining bytes of the present frame's payload
  std::array<uint8_t, kHeaderBytes> header_{};
  size_t header_has_ = 0;
};

}  // namespace proxyherd::bench
