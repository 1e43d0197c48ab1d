// A connection of a link, directed by the fuzzer's bytes: pieces of bytes that come from the peer,
// and what happens between them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "peer/http2/grpc_stream.h"
#include "peer/protocol/link_limits.h"
#include "tests/support/check.h"
#include "tests/support/http2_frames.h"
#include "tests/support/played_neighbour.h"

namespace proxyherd {

// A step is one byte: the remainder by 8 is its kind, the rest its argument. Kinds beyond the known
// ones are pieces of bytes, with two bytes of length before them.
enum class StreamStep : uint8_t { kPass, kGive, kReport, kBytes };
inline constexpr uint8_t kStreamStepKinds = 8;
inline constexpr size_t kMaxStreamSteps = 400;

// What may wait for a peer that reads nothing: a message, and answers to its frames.
inline constexpr size_t kMaxWaitingBytes = peer::kMaxLinkMessageBytes + size_t{128} * 1024;

// Checks what every stream promises, whatever its peer sends.
class CheckedStream {
 public:
  // `preface`: what comes before the first frame.
  CheckedStream(peer::GrpcStream& stream, std::string_view preface)
      : stream_(stream), preface_(preface) {}

  // Calls `take` with each message; `max_bytes`, asked before each, is the limit of one.
  template <typename MaxBytes, typename TakeMessage>
  void Take(std::string_view bytes, int64_t now_ns, MaxBytes max_bytes, TakeMessage take) {
    const bool closed = stream_.closing();
    const std::optional<peer::StreamEnd> end = stream_.end();
    stream_.Take(bytes, now_ns);
    for (;;) {
      const size_t limit = max_bytes();
      const std::optional<std::string_view> message = stream_.NextMessage();
      if (!message.has_value()) break;
      FUZZ_CHECK(!closed && !end.has_value() && message->size() <= limit);
      take(*message);
    }
    FUZZ_CHECK(!end.has_value() || (stream_.end()->code == end->code &&
                                    stream_.end()->reason.text == end->reason.text));
  }

  void Give(size_t enough) {
    std::string out;
    stream_.Give(out, enough);
    FUZZ_CHECK(out.size() <= enough + kMaxFrameBytes + preface_.size());
    stream_.NextMessage();  // shows an end that came while giving
    given_ += out;
    CheckFrames();
  }

  // Ends the conversation: all that waits is given.
  void GiveAll() {
    std::string out;
    stream_.Give(out, kMaxWaitingBytes);
    FUZZ_CHECK(out.size() < kMaxWaitingBytes);
    given_ += out;
    CheckFrames();
    FUZZ_CHECK(given_.empty());  // no half of a frame is left
  }

 private:
  static constexpr size_t kFrameHeaderBytes = 9;
  static constexpr size_t kMaxFrameBytes = size_t{16} * 1024 + kFrameHeaderBytes;

  // Nothing but whole frames, settings first, data on the only stream, and nothing after GOAWAY.
  void CheckFrames() {
    if (!preface_.empty() && !given_.empty()) {
      FUZZ_CHECK(given_.substr(0, preface_.size()) == preface_);
      given_.erase(0, preface_.size());
      preface_ = {};
    }
    size_t whole = 0;
    for (const SeenFrame& frame : SplitFrames(given_)) {
      FUZZ_CHECK(frame.payload.size() + kFrameHeaderBytes <= kMaxFrameBytes && !gone_away_);
      FUZZ_CHECK(frames_ > 0 || frame.type == FrameType::kSettings);
      FUZZ_CHECK(frame.type <= FrameType::kContinuation);
      FUZZ_CHECK(frame.type != FrameType::kData || frame.stream % 2 == 1);
      gone_away_ = frame.type == FrameType::kGoaway;
      ++frames_;
      whole += kFrameHeaderBytes + frame.payload.size();
    }
    given_.erase(0, whole);
  }

  peer::GrpcStream& stream_;
  std::string_view preface_;
  std::string given_;  // of an incomplete frame
  uint64_t frames_ = 0;
  bool gone_away_ = false;
};

// `Play` has: PlayedNeighbour& played(); void Take(std::string_view); void Give(size_t enough).
template <typename Play>
void PlayStream(Play& play, std::span<const uint8_t> bytes) {
  constexpr uint8_t kMaxShift = 17;
  for (size_t step = 0; step < kMaxStreamSteps && !bytes.empty(); ++step) {
    const uint8_t kind = bytes[0] % kStreamStepKinds;
    const uint8_t argument = bytes[0] / kStreamStepKinds;
    bytes = bytes.subspan(1);
    switch (static_cast<StreamStep>(kind)) {
      case StreamStep::kPass:
        play.played().Pass(peer::kBatchIntervalNs << argument % 16);
        continue;
      case StreamStep::kGive:
        play.Give(size_t{1} << argument % (kMaxShift + 1));
        continue;
      case StreamStep::kReport:
        play.played().Report(absl::StrCat("client-", argument));
        continue;
      default:
        break;
    }
    if (bytes.size() < 2) break;
    const size_t size = std::min<size_t>(bytes[0] | bytes[1] << 8, bytes.size() - 2);
    play.Take({reinterpret_cast<const char*>(bytes.data()) + 2, size});
    // Most answers leave at once.
    if (argument % 4 != 0) play.Give(size_t{64} * 1024);
    bytes = bytes.subspan(2 + size);
  }
}

}  // namespace proxyherd
