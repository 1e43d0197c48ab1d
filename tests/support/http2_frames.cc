#include "tests/support/http2_frames.h"

namespace proxyherd {
namespace {

constexpr size_t kHeaderBytes = 9;

std::string Big(uint64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift);
  }
  return out;
}

// An integer of HPACK with a prefix of seven bits.
std::string HpackLength(size_t value) {
  constexpr size_t kMax = 127;
  if (value < kMax) return {static_cast<char>(value)};
  std::string out = {static_cast<char>(kMax)};
  for (value -= kMax; value >= 128; value /= 128) out += static_cast<char>(value % 128 + 128);
  return out += static_cast<char>(value);
}

uint32_t ReadBig(std::string_view bytes) {
  uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

std::string Big32(uint32_t value) { return Big(value, 4); }

std::string Frame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string out = Big(payload.size(), 3);
  out += {static_cast<char>(type), static_cast<char>(flags)};
  return out.append(Big32(stream)).append(payload);
}

std::string SettingsFrame(const std::vector<std::pair<uint16_t, uint32_t>>& settings) {
  std::string payload;
  for (const auto& [id, value] : settings) payload += Big(id, 2) + Big32(value);
  return Frame(FrameType::kSettings, 0, 0, payload);
}

std::string PlainFields(const std::vector<std::pair<std::string, std::string>>& fields) {
  constexpr char kNeverIndexed = 0x10;
  std::string out;
  for (const auto& [name, value] : fields) {
    out += kNeverIndexed;
    out += HpackLength(name.size()) + name + HpackLength(value.size()) + value;
  }
  return out;
}

std::string MessageFrame(uint32_t stream, std::string_view message, uint8_t flags) {
  std::string payload = '\0' + Big32(static_cast<uint32_t>(message.size()));
  return Frame(FrameType::kData, flags, stream, payload.append(message));
}

std::string CallFrames(std::string_view path) {
  return std::string(kClientPreface) + SettingsFrame({}) +
         Frame(FrameType::kHeaders, kEndHeaders, 1,
               PlainFields({{":method", "POST"},
                            {":scheme", "http"},
                            {":path", std::string(path)},
                            {":authority", "a"},
                            {"te", "trailers"},
                            {"content-type", "application/grpc"}}));
}

std::vector<SeenFrame> SplitFrames(std::string_view bytes) {
  std::vector<SeenFrame> frames;
  while (bytes.size() >= kHeaderBytes) {
    const size_t size = ReadBig(bytes.substr(0, 3));
    if (bytes.size() < kHeaderBytes + size) break;
    frames.push_back({static_cast<FrameType>(bytes[3]), static_cast<uint8_t>(bytes[4]),
                      ReadBig(bytes.substr(5, 4)), std::string(bytes.substr(kHeaderBytes, size))});
    bytes.remove_prefix(kHeaderBytes + size);
  }
  return frames;
}

}  // namespace proxyherd
