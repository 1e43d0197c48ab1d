// Counts the frames of one direction of an HTTP/2 connection, by purpose.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace proxyherd::bench {

// Bytes with the frames' headers of nine bytes.
struct FrameCounts {
  uint64_t bytes = 0;  // all
  uint64_t data = 0;   // DATA: messages, gRPC's five bytes before each included
  uint64_t pings = 0;
  uint64_t window_updates = 0;

  FrameCounts& operator+=(const FrameCounts& other);
  FrameCounts operator-(const FrameCounts& other) const;
};

// Takes in a byte stream in any pieces. Not thread-safe.
class FrameCounter {
 public:
  // The client's end of a connection begins with a preface, which is no frame.
  explicit FrameCounter(bool of_client) : skip_(of_client ? kPrefaceBytes : 0) {}

  void Take(std::string_view bytes);
  const FrameCounts& counts() const { return counts_; }

 private:
  static constexpr size_t kPrefaceBytes = 24;
  static constexpr size_t kHeaderBytes = 9;

  void OnHeader();

  FrameCounts counts_;
  size_t skip_;  // bytes of the present frame's payload that are still to come
  std::array<uint8_t, kHeaderBytes> header_{};
  size_t header_has_ = 0;
};

}  // namespace proxyherd::bench
