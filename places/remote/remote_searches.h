// The client side of a SearchStream as a state machine: opens, writes, gives up a dead stream, and
// decides what happens to searches. No I/O, threads or clock; not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/backoff.h"
#include "base/env.h"
#include "places/provider/provider.h"
#include "places/remote/pending_searches.h"
#include "proxyherd/places/v1/places.pb.h"

namespace proxyherd::places {

// One stream at a time carries all searches. The first search opens it, and heartbeats keep it
// open. A message is written only after the last one was answered, so searches that arrive
// meanwhile share the next message.
//
// All events carry the monotonic time. A stream has no events after Effects::Cancel or OnEnded;
// later events of its transport must be dropped.
class RemoteSearches {
 public:
  using Done = Provider::Done;

  enum class State {
    kIdle,        // no stream; the next search opens one
    kConnecting,  // a stream was opened, and the service has not answered on it
    kOpen,        // the service has answered on the stream
    kWaiting,     // the last attempt failed; searches fail until the back-off is over
    kStopped,     // forever
  };

  // A message is written at least once in this time; the service answers each message. This also
  // keeps gRPC's threads awake on both sides.
  static constexpr int64_t kBeatNs = 500 * kMillisecond;
  // A stream without a message from the service for this long is dead.
  static constexpr int64_t kMaxSilenceNs = 2 * kSecond;
  // The back-off after a failed attempt to connect; doubled after each further one, up to the
  // maximum. Drawn from its upper half, so that the nodes of a herd do not all retry at once.
  static constexpr int64_t kFirstBackoffNs = 100 * kMillisecond;
  static constexpr int64_t kMaxBackoffNs = 1 * kSecond;

  // The actions of the machine. Called inside events; must not call events.
  class Effects {
   public:
    virtual ~Effects() = default;
    // Opens a stream. The previous one, if any, was cancelled or has ended.
    virtual void Open() = 0;
    virtual void Write(proxyherd::places::v1::SearchStreamRequest message) = 0;
    virtual void Cancel() = 0;
    // OnTimer must be called after `delay_ns`. At most one timer is set at a time.
    virtual void SetTimer(int64_t delay_ns) = 0;
    virtual void Answer(Done done, absl::StatusOr<SearchAnswer> answer) = 0;
    // A search was refused because PendingSearches::kMax were in progress.
    virtual void CountTooMany() = 0;
    // A stream was found dead.
    virtual void CountSilence() = 0;
  };

  // `address` is for error messages. `env`, for its randomness, and `effects` must outlive this
  // object.
  RemoteSearches(std::string address, Env& env, Effects& effects);

  State state() const { return state_; }
  // Why the last stream ended or none can be opened; OK from kConnecting to the stream's end.
  const absl::Status& reason() const { return reason_; }

  void OnSearch(int64_t now_ns, const SearchRequest& request, int64_t budget_ns, Done done);
  void OnStop();
  void OnTimer(int64_t now_ns);

  // Events of the stream. OnWritten and OnMessage may come in either order.
  void OnWritten(int64_t now_ns);
  // Takes the answers out of `message`. Nothing is written before OnAnswered, which must be called
  // after these answers were delivered. So searches that follow from the answers share a message.
  void OnMessage(int64_t now_ns, proxyherd::places::v1::SearchStreamResponse& message);
  void OnAnswered(int64_t now_ns);
  // OK: the service has ended the stream.
  void OnEnded(int64_t now_ns, const absl::Status& status);

 private:
  bool HasStream() const { return state_ == State::kConnecting || state_ == State::kOpen; }
  void ChangeState(State to, absl::Status reason);
  void Open(int64_t now_ns);
  // Leaves kConnecting or kOpen. Searches are kept for one more stream, or fail with `reason`.
  void LoseStream(int64_t now_ns, const absl::Status& reason);
  // Writes the next message if there is one and writing is allowed.
  void WriteNext(int64_t now_ns);
  void Fail(std::vector<Done> searches, const absl::Status& reason);
  // Returns an error of the service or of the connection to it.
  absl::Status Error(absl::StatusCode code, std::string_view text) const;
  absl::Status TooLate() const;

  const std::string address_;
  Env& env_;
  Effects& effects_;

  State state_ = State::kIdle;
  absl::Status reason_;
  PendingSearches pending_;
  Backoff backoff_{{kFirstBackoffNs, kMaxBackoffNs}};
  int64_t next_attempt_ns_ = 0;  // in kWaiting

  // Of the present stream.
  int64_t heard_ns_ = 0;          // time of the last message, or of the opening
  bool awaits_written_ = false;   // OnWritten of the last message
  bool awaits_answered_ = false;  // OnAnswered of the last message
  bool beat_due_ = false;         // the next message is written even if it is empty

  bool timer_is_set_ = false;
};

}  // namespace proxyherd::places
