// One client's conversation, free of sockets, threads and clocks of its own: bytes in, bytes out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/heap_bytes.h"
#include "gateway/protocol/command.h"
#include "gateway/session/backend.h"
#include "gateway/session/counters.h"
#include "gateway/session/lines_ahead.h"
#include "gateway/session/pending_replies.h"
#include "gateway/session/session_context.h"

namespace proxyherd {

// Who looks places up for a session.
class LookupStarter {
 public:
  virtual ~LookupStarter() = default;

  // Starts a search whose answer goes to the session's LookupDone with the same ticket, later
  // (never from inside this call), or never.
  virtual void StartLookup(uint64_t ticket, const PlacesQuery& query) = 0;
};

// Who waits for neighbours for a session.
class ConfirmationStarter {
 public:
  virtual ~ConfirmationStarter() = default;

  // Starts a wait that ends with the session's ConfirmationDone with the same ticket, later (never
  // from inside this call), in bounded time.
  virtual void StartConfirmation(uint64_t ticket, const AwaitedPositions& places) = 0;
};

// Handles every complete line in place as it comes, and keeps the replies in the order of the
// commands. A WHATSAT waits for its places while later commands are handled; their replies queue
// behind it. If reports are to be confirmed by a neighbour, the replies to what came in together
// wait for all of its reports.
//
// Its owner reads while WantsInput, writes out Unsent, calls Tick about every second and closes
// when Finished. Not thread-safe: owned by one loop.
class Session {
 public:
  // `opened_ns` and all other times that come in: by the backend's monotonic clock.
  // `confirmations`: nullptr when a report is acknowledged as soon as it is in the table.
  Session(const SessionContext& context, LookupStarter& lookups, int64_t opened_ns,
          ConfirmationStarter* confirmations = nullptr);

  // Whether bytes are welcome: not while too much is unsent or too many lookups are under way.
  bool WantsInput() const { return state_ == State::kReading && !Paused(); }

  // What the client sent. REQUIRES: WantsInput().
  void Receive(std::string_view bytes);

  // The client has half-closed: what it sent is answered in full, an unterminated last line too.
  void EndInput();

  // The server stops: lines that came in whole are answered, nothing more is read.
  void StopInput();

  // The server cannot wait any longer: lookups under way are answered by an error, reports that no
  // neighbour has confirmed as lines that were not taken, and lines not handled yet never will be.
  // REQUIRES: StopInput() was called.
  void GiveUpWaiting();

  // The places of a WHATSAT. An answer that comes too late is ignored.
  void LookupDone(uint64_t ticket, const PlacesAnswer& answer);

  // A neighbour has the reports of a wait, or they are answered as not taken.
  void ConfirmationDone(uint64_t ticket, Confirmation confirmation);

  // Judges the time-outs and gives an idle session's buffers back.
  void Tick(int64_t now_ns);

  // Memory of its buffers and of what waits: all that a client can make it hold.
  size_t HeldBytes() const { return HeapBytes(input_) + HeapBytes(output_) + pending_.HeldBytes(); }
  // Gives back what is reserved and not used.
  void GiveBuffersBack();
  // Ends it and drops what waits and what is unsent, because all connections together hold too
  // much.
  void Evict();
  // Returns true if it ended because its client does not read, so that replies that the system
  // still holds will not be taken either.
  bool GivenUp() const { return given_up_; }

  // Replies to send, in one piece; valid until the next call that is not const.
  std::string_view Unsent() const { return std::string_view(output_).substr(sent_); }

  // The head of Unsent is with the client.
  void Sent(size_t bytes);

  // Nothing is left to do: everything is answered and sent, or a time-out has passed.
  bool Finished() const;

 private:
  enum class State : uint8_t {
    kReading,   // bytes may come
    kEnding,    // none will; lines that have come wait to be handled
    kDraining,  // no line is left; replies wait to be completed and sent
    kAborted,   // a time-out has passed
  };

  // Lines that came in together: they have one receive time.
  struct Batch {
    int64_t received_ns;  // wall clock: what the herd shows
    int64_t started_ns;   // monotonic: what is measured
    std::array<uint64_t, kVerbs> commands{};
    std::optional<AwaitedPositions> awaited;  // of its reports, when they wait
    uint64_t wait = 0;                        // their ticket
  };

  bool Paused() const;
  bool HandlesLines() const { return state_ == State::kReading || state_ == State::kEnding; }
  Batch BeginBatch() const;
  void EndBatch(const Batch& batch);

  std::string_view CompletePartialLine(std::string_view bytes, Batch& batch);
  // Both return how many bytes were handled.
  size_t HandleLines(std::string_view bytes, Batch& batch);
  size_t HandleSeveralLines(std::string_view bytes, Batch& batch);
  void HandleLine(const ParsedLine& parsed, Batch& batch);
  void HandleLastLine(Batch& batch);
  void RefuseTooLong(std::string_view line, Batch& batch);
  void EndReading(bool last_line_counts);
  void Resume();

  // Each either appends the reply to `out`, or says why there is none and leaves the refusal to its
  // caller, or (nullopt) has left a pending reply.
  std::optional<RequestResult> AnswerIamat(const Iamat& iamat, const ParsedLine& line, Batch& batch,
                                           bool logged, std::string& out);
  std::optional<RequestResult> AnswerWhatsat(const Whatsat& whatsat, const ClientKey& key,
                                             const Batch& batch, bool logged, std::string& out);

  std::string& Tail() { return pending_.Empty() ? output_ : pending_.Tail(); }
  void Release(bool was_paused);
  void ExpireLookups(int64_t now_ns);
  void CheckIdleness(int64_t now_ns);
  void CheckWriting(int64_t now_ns);
  void Abort(GatewayLimit limit);

  // Constant after construction.
  const SessionContext& context_;
  LookupStarter& lookups_;
  ConfirmationStarter* const confirmations_;

  State state_ = State::kReading;
  bool last_line_counts_ = false;  // in kEnding: an unterminated last line is a command
  bool any_line_ = false;
  bool received_since_tick_ = false;
  bool sent_since_tick_ = false;
  bool given_up_ = false;

  std::string input_;   // a partial line; lines, too, while handling is paused
  std::string output_;  // replies; the first sent_ bytes are with the client
  size_t sent_ = 0;
  PendingReplies pending_;
  uint64_t next_ticket_ = 1;

  int64_t active_ns_;        // opened, or last seen active by a tick
  int64_t stalled_ns_ = -1;  // since when unsent replies make no progress; -1: there are none
};

}  // namespace proxyherd
