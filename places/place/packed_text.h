// Small numbers and strings packed into a string, as OsmStore stores them. No I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace proxyherd::places {

// Seven bits per byte, least significant first; the top bit marks that another byte follows.
inline void PutVarint(uint64_t value, std::string& out) {
  for (; value >= 128; value >>= 7) out.push_back(static_cast<char>(value | 128));
  out.push_back(static_cast<char>(value));
}

// Encodes numbers near zero, of either sign, in few bytes.
inline void PutSigned(int64_t value, std::string& out) {
  PutVarint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63), out);
}

// Appends the length, then the text.
inline void PutText(std::string_view text, std::string& out) {
  PutVarint(text.size(), out);
  out.append(text.data(), text.size());
}

// Reads packed values. The input may be damaged: a read beyond the end, or of a number that does
// not fit, returns zero or an empty string, and so do all later reads.
class PackedReader {
 public:
  explicit PackedReader(std::string_view packed) : rest_(packed) {}

  uint64_t Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return Fail();
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) return Fail();
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return Fail();
  }

  int64_t Signed() {
    const uint64_t value = Varint();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }

  // Refers to the reader's input.
  std::string_view Text() {
    const uint64_t size = Varint();
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  // Returns true if all reads so far succeeded.
  bool ok() const { return ok_; }
  // The unread input. Callers must check that the claimed length of a list does not exceed it.
  std::string_view rest() const { return rest_; }

 private:
  uint64_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace proxyherd::places
