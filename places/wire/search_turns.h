// What a stream of searches does next: read, write or end. Pure; not thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "absl/status/status.h"
#include "proxyherd/places/v1/places.pb.h"

namespace proxyherd {

// Searches in one message; places.proto tells it to those who ask.
inline constexpr int kMaxSearchesInMessage = 64;

class SearchTurns {
 public:
  enum class Turn { kNone, kRead, kWrite, kFinish };

  // Nothing more is read from a stream that has so many searches without a written answer, or so
  // much that is not written; HTTP/2's flow control then holds up the one who asks. Twice what a
  // node has under way, so that its beats are read even when a provider hangs.
  static constexpr size_t kMaxUnanswered = 2048;
  static constexpr size_t kMaxUnwrittenBytes = size_t{1} << 20;
  // An answer waits for the next message when this one has so much.
  static constexpr size_t kMessageBytes = size_t{1} << 20;

  // What is due now; it counts as begun, so each turn is told once, and one read and one write at
  // most are under way. For kWrite, `message` becomes what to write; else it is left alone.
  Turn Next(proxyherd::places::v1::SearchStreamResponse& message);
  // The status to finish with, after Next said kFinish.
  const absl::Status& status() const { return status_; }

  // A read brought so many searches. Until AllBegun nothing is written, so that what is answered at
  // once makes one message; a message is due then, even an empty one: who asks waits for it. False
  // when there are too many: none must be begun, the stream ends.
  bool OnMessage(int searches);
  void AllBegun() { beginning_ = false; }
  // The other side says no more, or the stream is broken: `OnBroken` loses what is not written.
  void OnReadsOver();
  void OnBroken() { broken_ = true; }
  void OnWritten(bool ok);
  void OnAnswer(proxyherd::places::v1::NumberedAnswer answer);
  // Ends in order: what was read is answered.
  void Stop(const absl::Status& status);

 private:
  bool MayRead() const;
  bool IsOver() const;

  bool reading_ = false;
  bool writing_ = false;
  bool beginning_ = false;
  bool reads_over_ = false;
  bool stopping_ = false;
  bool broken_ = false;
  bool finished_ = false;
  bool owed_ = false;         // a message was read since the last write
  size_t unanswered_ = 0;     // searches that were read and have no written answer
  size_t being_written_ = 0;  // of these, in the message under way
  size_t unwritten_bytes_ = 0;
  std::deque<proxyherd::places::v1::NumberedAnswer> answers_;
  absl::Status status_;
};

}  // namespace proxyherd
