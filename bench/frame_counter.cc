#include "bench/frame_counter.h"

#include <algorithm>

namespace proxyherd::bench {
namespace {

// RFC 9113, section 6.
constexpr uint8_t kData = 0x0;
constexpr uint8_t kPing = 0x6;
constexpr uint8_t kWindowUpdate = 0x8;

}  // namespace

FrameCounts& FrameCounts::operator+=(const FrameCounts& other) {
  bytes += other.bytes;
  data += other.data;
  pings += other.pings;
  window_updates += other.window_updates;
  return *this;
}

FrameCounts FrameCounts::operator-(const FrameCounts& other) const {
  return {bytes - other.bytes, data - other.data, pings - other.pings,
          window_updates - other.window_updates};
}

void FrameCounter::Take(std::string_view bytes) {
  counts_.bytes += bytes.size();
  while (!bytes.empty()) {
    const size_t skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes.remove_prefix(skipped);
    if (bytes.empty()) return;
    header_[header_has_++] = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (header_has_ == kHeaderBytes) OnHeader();
  }
}

void FrameCounter::OnHeader() {
  header_has_ = 0;
  skip_ = size_t{header_[0]} << 16 | size_t{header_[1]} << 8 | header_[2];
  const size_t frame_bytes = kHeaderBytes + skip_;
  switch (header_[3]) {
    case kData:
      counts_.data += frame_bytes;
      break;
    case kPing:
      counts_.pings += frame_bytes;
      break;
    case kWindowUpdate:
      counts_.window_updates += frame_bytes;
      break;
    default:
      break;
  }
}

}  // namespace proxyherd::bench
