// Decides what a stream of searches does next: read, write or end. No I/O; not thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "absl/status/status.h"
#include "proxyherd/places/v1/places.pb.h"

namespace proxyherd::places {

// Maximum searches in one message, as documented in places.proto.
inline constexpr int kMaxSearchesInMessage = 64;

class SearchTurns {
 public:
  enum class Turn { kNone, kRead, kWrite, kFinish };

  // Reading pauses while a stream has this number of searches without a written answer, or this
  // number of bytes of unwritten answers; HTTP/2's flow control then stops the client. Twice what a
  // node has in progress, so that its heartbeats are read even if a provider hangs.
  static constexpr size_t kMaxUnanswered = 2048;
  static constexpr size_t kMaxUnwrittenBytes = size_t{1} << 20;
  // Once a message has this size, further answers wait for the next message.
  static constexpr size_t kMessageBytes = size_t{1} << 20;

  // Returns the next action, and marks it as begun: so each action is returned once, and at most
  // one read and one write are in progress. For kWrite fills `message`; otherwise does not change
  // it.
  Turn Next(proxyherd::places::v1::SearchStreamResponse& message);
  // The status to finish with. REQUIRES: Next has returned kFinish.
  const absl::Status& status() const;

  // Must be called if a read returned a message with `searches` searches. Nothing is written before
  // AllBegun, so that immediate answers share one message; it is written even if empty, because the
  // client waits for it. Returns false if there are too many: none may be begun, the stream ends.
  bool OnMessage(int searches);
  void AllBegun() { beginning_ = false; }
  // The client has finished writing, or the stream is broken; OnBroken also drops unwritten
  // answers.
  void OnReadsOver();
  void OnBroken() { broken_ = true; }
  void OnWritten(bool ok);
  void OnAnswer(proxyherd::places::v1::NumberedAnswer answer);
  // Ends the stream in order: searches that were read are still answered.
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
  bool owed_ = false;         // a message was read after the last write began
  size_t unanswered_ = 0;     // searches that were read and lack a written answer
  size_t being_written_ = 0;  // of these, in the message being written
  size_t unwritten_bytes_ = 0;
  std::deque<proxyherd::places::v1::NumberedAnswer> answers_;
  absl::Status status_;
};

}  // namespace proxyherd::places
