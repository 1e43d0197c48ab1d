#include "gateway/session/command_handler.h"

#include <utility>
#include <variant>

#include "core/exact_time.h"
#include "core/iso6709.h"
#include "gateway/protocol/reply.h"

namespace proxyherd::gateway {
namespace {

// Returns true if the answer is the line itself.
bool IsEchoed(RequestResult result) {
  return result == RequestResult::kInvalid || result == RequestResult::kUnknownClient ||
         result == RequestResult::kRefused;
}

}  // namespace

// The latency of a command answered immediately is that of its whole batch, because its reply
// leaves no sooner.
void CommandHandler::EndBatch(const CommandBatch& batch) {
  accounting_.Handled(context_.backend.env.MonotonicNs() - batch.started_ns, batch.answered);
  if (batch.wait.has_value()) {
    confirmations_->StartConfirmation(batch.wait->ticket, batch.wait->positions);
  }
}

void CommandHandler::Handle(const ParsedLine& parsed, CommandBatch& batch, std::string& output) {
  const std::string_view line = parsed.text;
  const bool logged = accounting_.Received(line);
  std::string& out = Tail(output);
  const size_t begin = out.size();
  Verb verb = Verb::kOther;
  std::optional<RequestResult> result = RequestResult::kInvalid;
  if (const auto* iamat = std::get_if<Iamat>(&parsed.command)) {
    verb = Verb::kIamat;
    result = AnswerIamat(*iamat, parsed, batch, logged, out);
    if (!result.has_value()) return;
  } else if (const auto* whatsat = std::get_if<Whatsat>(&parsed.command)) {
    verb = Verb::kWhatsat;
    result = AnswerWhatsat(*whatsat, parsed.key, batch, logged, out);
    if (!result.has_value()) return;
  } else {
    verb = std::get<InvalidCommand>(parsed.command).verb;
  }
  if (IsEchoed(*result)) AppendEcho(line, out);
  AnsweredImmediately(verb, *result, logged, std::string_view(out).substr(begin), batch);
}

void CommandHandler::AnsweredImmediately(Verb verb, RequestResult result, bool logged,
                                         std::string_view reply, CommandBatch& batch) {
  if (!pending_.Empty()) pending_.Appended(reply.size());
  accounting_.Replied(verb, result, logged, reply);
  ++batch.answered[static_cast<size_t>(verb)];
}

std::optional<RequestResult> CommandHandler::AnswerIamat(const Iamat& iamat, const ParsedLine& line,
                                                         CommandBatch& batch, bool logged,
                                                         std::string& out) {
  Table& table = context_.backend.table;
  RequestResult result = RequestResult::kOk;
  FeedPosition position;
  switch (table.TakeReport(ParsedReport{iamat.report, iamat.client_time_ns}, line.key,
                           batch.received_ns, confirmations_ == nullptr ? nullptr : &position)) {
    case MergeOutcome::kWon:
    case MergeOutcome::kEqual:
      break;
    case MergeOutcome::kStale:
      result = RequestResult::kStale;
      break;
    case MergeOutcome::kTooManyClients:
      context_.counters.Limit(GatewayLimit::kClients).Add();
      return RequestResult::kRefused;
    case MergeOutcome::kNoMemory:
      context_.counters.Limit(GatewayLimit::kTableBytes).Add();
      return RequestResult::kRefused;
    case MergeOutcome::kInvalid:
    case MergeOutcome::kExpired:  // cannot happen for a client's own report
      return RequestResult::kInvalid;
  }
  if (confirmations_ == nullptr) {
    AppendAtReply(table.node(), batch.received_ns, iamat.client_time_ns, iamat.report, out);
    return result;
  }
  Await(position, iamat, line.text, result, batch, logged);
  return std::nullopt;
}

// A report that changed nothing also waits, for the record that the table holds: the reply promises
// that a report at least as great is safe.
void CommandHandler::Await(const FeedPosition& position, const Iamat& iamat, std::string_view line,
                           RequestResult result, CommandBatch& batch, bool logged) {
  if (!batch.wait.has_value()) {
    batch.wait.emplace();
    batch.wait->ticket = next_ticket_++;
  }
  batch.wait->positions.Add(position);
  std::string reply;
  AppendAtReply(context_.backend.table.node(), batch.received_ns, iamat.client_time_ns,
                iamat.report, reply);
  pending_.AddReport(batch.wait->ticket, batch.started_ns, {reply, line, result, logged});
}

std::optional<RequestResult> CommandHandler::AnswerWhatsat(const Whatsat& whatsat,
                                                           const ClientKey& key,
                                                           const CommandBatch& batch, bool logged,
                                                           std::string& out) {
  const bool asks = whatsat.radius_m > 0 && whatsat.bound > 0;
  std::string at_line;
  Coordinates at;
  // The table holds only valid reports.
  const auto answer = [&](const RecordView& record, std::string_view server) {
    AppendAtReply(server, record.received_ns, ClientTimeNs(record),
                  {record.client, record.location, TimeText(record).text()}, asks ? at_line : out);
    if (asks) at = ParseLocation(record.location).value();
  };
  if (!context_.backend.table.Visit(whatsat.client, key, answer)) {
    return RequestResult::kUnknownClient;
  }
  if (!asks) {
    AppendPlaces("{}", out);
    return RequestResult::kOk;
  }
  const uint64_t ticket = next_ticket_++;
  pending_.AddLookup(ticket, batch.started_ns, logged, std::move(at_line));
  lookups_.StartLookup(ticket, {at.latitude, at.longitude, whatsat.radius_m, whatsat.bound});
  return std::nullopt;
}

void CommandHandler::RefuseTooLong(std::string_view line, CommandBatch& batch,
                                   std::string& output) {
  const std::string_view head = line.substr(0, kTooLongEchoBytes);
  context_.counters.Limit(GatewayLimit::kLineBytes).Add();
  const bool logged = accounting_.Received(head);
  std::string& out = Tail(output);
  const size_t begin = out.size();
  AppendEcho(head, out);
  AnsweredImmediately(Verb::kOther, RequestResult::kInvalid, logged,
                      std::string_view(out).substr(begin), batch);
}

}  // namespace proxyherd::gateway
