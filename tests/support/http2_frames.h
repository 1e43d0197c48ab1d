// HTTP/2 frames written by hand, to play a peer that a library would never be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proxyherd {

// The frame types and flags of RFC 9113 that tests use.
enum class FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};
inline constexpr uint8_t kEndStream = 1;
inline constexpr uint8_t kAck = 1;
inline constexpr uint8_t kEndHeaders = 4;

inline constexpr std::string_view kClientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string Frame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload);
// `settings`: identifier and value of each.
std::string SettingsFrame(const std::vector<std::pair<uint16_t, uint32_t>>& settings);
// Four bytes in network order, e.g. an error code or an increment.
std::string Big32(uint32_t value);
// Fields in HPACK without compression: literals that are never indexed.
std::string PlainFields(const std::vector<std::pair<std::string, std::string>>& fields);
// A gRPC message in one DATA frame.
std::string MessageFrame(uint32_t stream, std::string_view message, uint8_t flags = 0);
// What a gRPC client sends to call `path`, without messages: preface, settings and fields.
std::string CallFrames(std::string_view path);

struct SeenFrame {
  FrameType type;
  uint8_t flags = 0;
  uint32_t stream = 0;
  std::string payload;
};
// Splits bytes into frames; an incomplete one at the end is left out.
std::vector<SeenFrame> SplitFrames(std::string_view bytes);

}  // namespace proxyherd
