// One client's conversation, free of sockets, threads and clocks of its own: bytes in, bytes out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/backend.h"
#include "gateway/command.h"
#include "gateway/counters.h"
#include "gateway/limits.h"
#include "gateway/traffic_budget.h"

namespace proxyherd {

// What all sessions of one loop share; outlives them.
struct SessionContext {
  const Backend& backend;
  const SessionLimits& limits;
  TrafficBudget& budget;
  GatewayCounters& counters;
};

// Who looks places up for a session.
class LookupStarter {
 public:
  virtual ~LookupStarter() = default;

  // Starts a search whose answer goes to the session's LookupDone with the same ticket, later
  // (never from inside this call), or never.
  virtual void StartLookup(uint64_t ticket, const PlacesQuery& query) = 0;
};

// Handles every complete line in place as it comes, and keeps the replies in the order of the
// commands. A WHATSAT waits for its places while later commands are handled; their replies queue
// behind it.
//
// Its owner reads while WantsInput, writes out Unsent, calls Tick about every second and closes
// when Finished. Not thread-safe: owned by one loop.
class Session {
 public:
  // `opened_ns` and all other times that come in: by the backend's monotonic clock.
  Session(const SessionContext& context, LookupStarter& lookups, int64_t opened_ns);

  // Whether bytes are welcome: not while too much is unsent or too many lookups are under way.
  bool WantsInput() const { return state_ == State::kReading && !Paused(); }

  // What the client sent. REQUIRES: WantsInput().
  void Receive(std::string_view bytes);

  // The client has half-closed: what it sent is answered in full, an unterminated last line too.
  void EndInput();

  // The server stops: lines that came in whole are answered, nothing more is read.
  void StopInput();

  // The places of a WHATSAT. An answer that comes too late is ignored.
  void LookupDone(uint64_t ticket, const PlacesAnswer& answer);

  // Judges the time-outs and gives an idle session's buffers back.
  void Tick(int64_t now_ns);

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

  // A WHATSAT without its places.
  struct PendingReply {
    uint64_t ticket;
    int64_t started_ns;
    bool logged;
    bool answered;
    std::string reply;   // the AT line, later all of it
    std::string behind;  // replies to the commands after it, up to the next pending one
  };

  // Lines that came in together: they have one receive time.
  struct Batch {
    int64_t received_ns;  // wall clock: what the herd shows
    int64_t started_ns;   // monotonic: what is measured
    std::array<uint64_t, kVerbs> commands{};
  };

  bool Paused() const;
  bool HandlesLines() const { return state_ == State::kReading || state_ == State::kEnding; }
  Batch BeginBatch() const;
  void EndBatch(const Batch& batch);

  std::string_view CompletePartialLine(std::string_view bytes, Batch& batch);
  size_t HandleLines(std::string_view bytes, Batch& batch);
  void HandleLine(std::string_view line, Batch& batch);
  void HandleLastLine(Batch& batch);
  void RefuseTooLong(std::string_view line, Batch& batch);
  void EndReading(bool last_line_counts);
  void Resume();

  // Each either appends the reply to `out`, or says why there is none and leaves the refusal to its
  // caller, or (nullopt) has left a pending reply.
  RequestResult AnswerIamat(const Iamat& iamat, const Batch& batch, std::string& out);
  std::optional<RequestResult> AnswerWhatsat(const Whatsat& whatsat, const Batch& batch,
                                             bool logged, std::string& out);

  void Complete(PendingReply& pending, const PlacesAnswer& answer, int64_t now_ns);
  void ReleaseAnswered();
  void ExpireLookups(int64_t now_ns);
  void JudgeIdleness(int64_t now_ns);
  void JudgeWriting(int64_t now_ns);
  void Abort(GatewayLimit limit);
  void GiveBuffersBack();

  // Constant after construction.
  const SessionContext& context_;
  LookupStarter& lookups_;

  State state_ = State::kReading;
  bool last_line_counts_ = false;  // in kEnding: an unterminated last line is a command
  bool any_line_ = false;
  bool received_since_tick_ = false;
  bool sent_since_tick_ = false;

  std::string input_;   // a partial line; lines, too, while handling is paused
  std::string output_;  // replies; the first sent_ bytes are with the client
  size_t sent_ = 0;
  std::vector<PendingReply> pending_;
  size_t pending_bytes_ = 0;  // of the replies in pending_
  uint64_t next_ticket_ = 1;

  int64_t active_ns_;        // opened, or last seen active by a tick
  int64_t stalled_ns_ = -1;  // since when unsent replies make no progress; -1: there are none
};

}  // namespace proxyherd
