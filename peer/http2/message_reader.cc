#include "peer/http2/message_reader.h"

#include <array>
#include <cstdint>

namespace proxyherd::peer {
namespace {

constexpr std::array<int, 4> kShifts = {24, 16, 8, 0};

}  // namespace

void WriteGrpcPrefix(char* out, size_t bytes) {
  *out++ = 0;
  for (const int shift : kShifts) *out++ = static_cast<char>(bytes >> shift);
}

void MessageReader::Add(std::string_view bytes) {
  buffer_.erase(0, begin_);
  begin_ = 0;
  buffer_.append(bytes);
}

std::optional<std::string_view> MessageReader::Next() {
  if (fault_ != Fault::kNone) return std::nullopt;
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  size_t bytes = 0;
  if (rest.size() >= kGrpcPrefixBytes) {
    for (size_t i = 1; i < kGrpcPrefixBytes; ++i) {
      bytes = bytes << 8 | static_cast<unsigned char>(rest[i]);
    }
    if (rest[0] != 0) {
      fault_ = rest[0] == 1 ? Fault::kCompressed : Fault::kMalformed;
    } else if (bytes > max_bytes_) {
      fault_ = Fault::kTooLarge;
    }
    if (fault_ != Fault::kNone) return std::nullopt;
  }
  if (rest.size() < kGrpcPrefixBytes || rest.size() - kGrpcPrefixBytes < bytes) {
    consumed_ += rest.size() - granted_;
    granted_ = rest.size();
    return std::nullopt;
  }
  consumed_ += kGrpcPrefixBytes + bytes - granted_;
  granted_ = 0;
  begin_ += kGrpcPrefixBytes + bytes;
  return rest.substr(kGrpcPrefixBytes, bytes);
}

size_t MessageReader::TakeConsumed() {
  const size_t consumed = consumed_;
  consumed_ = 0;
  return consumed;
}

}  // namespace proxyherd::peer
