// Answers commands, either immediately or with a reply that is completed later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/confirmations.h"
#include "gateway/session/backend.h"
#include "gateway/session/lines_ahead.h"
#include "gateway/session/pending_replies.h"
#include "gateway/session/request_accounting.h"
#include "gateway/session/session_context.h"

namespace proxyherd::gateway {

// Starts a session's searches for places.
class LookupStarter {
 public:
  virtual ~LookupStarter() = default;

  // Starts a search. Its answer, which may never come, is passed to the session's LookupDone with
  // the same ticket, after this call has returned.
  virtual void StartLookup(uint64_t ticket, const PlacesQuery& query) = 0;
};

// Starts a session's waits until a neighbour has its reports.
class ConfirmationStarter {
 public:
  virtual ~ConfirmationStarter() = default;

  // Starts a wait. Its end, in bounded time, is reported to the session's ConfirmationDone with the
  // same ticket, after this call has returned.
  virtual void StartConfirmation(uint64_t ticket, const AwaitedPositions& positions) = 0;
};

// Commands that arrived together and share one receive time.
struct CommandBatch {
  int64_t received_ns;  // wall clock: part of the record
  int64_t started_ns;   // monotonic: for latencies
  RequestAccounting::ByVerb answered{};

  // The wait until a neighbour has the batch's reports.
  struct Wait {
    uint64_t ticket;
    AwaitedPositions positions;
  };
  std::optional<Wait> wait;
};

// Handles the commands of one session in order. Replies are appended to `output`, or to the pending
// replies if there are any. Not thread-safe.
class CommandHandler {
 public:
  // All arguments outlive this object. `confirmations`: nullptr if a report is acknowledged as soon
  // as it is in the table.
  CommandHandler(const SessionContext& context, LookupStarter& lookups,
                 ConfirmationStarter* confirmations, RequestAccounting& accounting,
                 PendingReplies& pending)
      : context_(context),
        lookups_(lookups),
        confirmations_(confirmations),
        accounting_(accounting),
        pending_(pending) {}

  CommandBatch BeginBatch() const {
    return {context_.backend.env.NowNs(), context_.backend.env.MonotonicNs(), {}, {}};
  }
  void EndBatch(const CommandBatch& batch);

  void Handle(const ParsedLine& parsed, CommandBatch& batch, std::string& output);
  // Refuses a line over the limit; `line` is its known part.
  void RefuseTooLong(std::string_view line, CommandBatch& batch, std::string& output);

 private:
  // Both append the reply to `out` and return the result; or return the reason for a refusal, which
  // the caller appends; or add a pending reply and return nullopt.
  std::optional<RequestResult> AnswerIamat(const Iamat& iamat, const ParsedLine& line,
                                           CommandBatch& batch, bool logged, std::string& out);
  std::optional<RequestResult> AnswerWhatsat(const Whatsat& whatsat, const ClientKey& key,
                                             const CommandBatch& batch, bool logged,
                                             std::string& out);
  // Accounts for a `reply` that was appended to Tail.
  void AnsweredImmediately(Verb verb, RequestResult result, bool logged, std::string_view reply,
                           CommandBatch& batch);
  std::string& Tail(std::string& output) { return pending_.Empty() ? output : pending_.Tail(); }
  void Await(const FeedPosition& position, const Iamat& iamat, std::string_view line,
             RequestResult result, CommandBatch& batch, bool logged);

  const SessionContext& context_;
  LookupStarter& lookups_;
  ConfirmationStarter* const confirmations_;
  RequestAccounting& accounting_;
  PendingReplies& pending_;
  uint64_t next_ticket_ = 1;
};

}  // namespace proxyherd::gateway
