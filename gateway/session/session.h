// One client's conversation, free of sockets, threads and clocks of its own: bytes in, bytes out.
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

namespace proxyherd {

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

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

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

  bool Paused() const;
  bool HandlesLines() const { return state_ == State::kReading || state_ == State::kEnding; }
  void EndBatch(const CommandBatch& batch);

  std::string_view CompletePartialLine(std::string_view bytes, CommandBatch& batch);
  // Both return how many bytes were handled.
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

  std::string input_;   // a partial line; lines, too, while handling is paused
  std::string output_;  // replies; the first sent_ bytes are with the client
  size_t sent_ = 0;
  RequestAccounting accounting_;
  PendingReplies pending_;
  CommandHandler commands_;
  Inactivity inactivity_;
};

}  // namespace proxyherd
