// The conversation with one client, without sockets, threads and clocks: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/heap_bytes.h"
#include "gateway/session/backend.h"
#include "gateway/session/command_handler.h"
#include "gateway/session/counters.h"
#include "gateway/session/inactivity.h"
#include "gateway/session/lines_ahead.h"
#include "gateway/session/pending_replies.h"
#include "gateway/session/request_accounting.h"
#include "gateway/session/session_context.h"

namespace proxyherd::gateway {

// Handles every complete line in place as it arrives, and keeps the replies in the order of the
// commands. A WHATSAT waits for its places while later commands are handled; their replies queue
// behind it. If reports must be confirmed by a neighbour, the replies to the lines of one read wait
// for all of its reports.
//
// The owner reads while WantsInput, sends Unsent, calls Tick about every second, and closes when
// Finished. Not thread-safe: owned by one loop.
class Session {
 public:
  // `opened_ns` and all other times are of the backend's monotonic clock. `confirmations`: nullptr
  // if a report is acknowledged as soon as it is in the table.
  Session(const SessionContext& context, LookupStarter& lookups, int64_t opened_ns,
          ConfirmationStarter* confirmations = nullptr);

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Returns true if the session accepts bytes. Returns false while too much is unsent or too many
  // lookups are in progress.
  bool WantsInput() const { return state_ == State::kReading && !Paused(); }

  // Handles bytes from the client. REQUIRES: WantsInput().
  void Receive(std::string_view bytes);

  // Call when the client has half-closed. Everything that it sent is answered, even an unterminated
  // last line.
  void EndInput();

  // Call when the server stops. Complete lines are answered; nothing more is read.
  void StopInput();

  // Call when the server cannot wait any longer. Answers lookups in progress with an error and
  // unconfirmed reports as refused lines, and drops lines not handled yet. REQUIRES: StopInput()
  // was called.
  void GiveUpWaiting();

  // Completes a WHATSAT with its places or a failure. An answer that comes too late is ignored.
  void LookupDone(uint64_t ticket, const PlacesAnswer& answer);

  // Completes the reports of a wait; if not kConfirmed, they are answered as refused.
  void ConfirmationDone(uint64_t ticket, Confirmation confirmation);

  // Checks the time-outs, and releases the buffers of an idle session.
  void Tick(int64_t now_ns);

  // Memory of the buffers and pending replies: everything that a client can make the session hold.
  size_t HeldBytes() const { return HeapBytes(input_) + HeapBytes(output_) + pending_.HeldBytes(); }
  // Releases reserved memory that is not used.
  void ReleaseBuffers();
  // Ends the session and drops pending and unsent replies, because all connections together hold
  // too much.
  void Evict();
  // Returns true if the session was evicted, or ended because its client does not read: then
  // replies that the system still holds need not be delivered.
  bool GivenUp() const { return given_up_; }

  // Replies to send, in one piece; valid until the next non-const call.
  std::string_view Unsent() const { return std::string_view(output_).substr(sent_); }

  // Removes the first `bytes` of Unsent, which have been sent.
  void Sent(size_t bytes);

  // Returns true if nothing is left to do: everything is answered and sent, a time-out has passed,
  // or the session was evicted.
  bool Finished() const;

 private:
  enum class State : uint8_t {
    kReading,   // accepts bytes
    kEnding,    // accepts none; complete lines wait to be handled
    kDraining,  // no lines are left; replies wait for completion and sending
    kAborted,   // a time-out has passed, or the session was evicted
  };

  bool Paused() const;
  bool HandlesLines() const { return state_ == State::kReading || state_ == State::kEnding; }
  void EndBatch(const CommandBatch& batch);

  std::string_view CompletePartialLine(std::string_view bytes, CommandBatch& batch);
  // Both return the number of bytes handled.
  size_t HandleLines(std::string_view bytes, CommandBatch& batch);
  size_t HandleSeveralLines(std::string_view bytes, CommandBatch& batch);
  void HandleLine(const ParsedLine& parsed, CommandBatch& batch);
  void HandleLastLine(CommandBatch& batch);
  void RefuseTooLong(std::string_view line, CommandBatch& batch);
  void EndReading(bool last_line_counts);
  void Resume();

  void Release(bool was_paused);
  void ExpireLookups(int64_t now_ns);
  void Abort(GatewayLimit limit);

  // Constant after construction.
  const SessionContext& context_;

  State state_ = State::kReading;
  bool last_line_counts_ = false;  // in kEnding: an unterminated last line is a command
  bool given_up_ = false;

  std::string input_;   // a partial line; also whole lines while handling is paused
  std::string output_;  // replies; the first sent_ bytes have been sent
  size_t sent_ = 0;
  RequestAccounting accounting_;
  PendingReplies pending_;
  CommandHandler commands_;
  Inactivity inactivity_;
};

}  // namespace proxyherd::gateway
