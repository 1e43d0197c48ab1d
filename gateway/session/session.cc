// The conversation with one client.
#include "gateway/session/session.h"

#include <algorithm>
#include <cassert>

#include "core/exact_time.h"
#include "core/iso6709.h"
#include "gateway/protocol/line_reader.h"
#include "gateway/protocol/reply.h"
#include "gateway/session/lines_ahead.h"

namespace proxyherd {
namespace {

// A logged command writes its line and its reply.
constexpr int64_t kLogLinesPerCommand = 2;

PlacesFailure TookTooLong() {
  return {504, "DEADLINE_EXCEEDED", "The places service did not answer in time; try again later."};
}

PlacesFailure IsStopping() {
  return {503, "UNAVAILABLE", "This node is stopping; ask another one."};
}

// Whether the line itself is the answer.
bool IsEchoed(RequestResult result) {
  return result == RequestResult::kInvalid || result == RequestResult::kUnknownClient ||
         result == RequestResult::kRefused;
}

}  // namespace

Session::Session(const SessionContext& context, LookupStarter& lookups, int64_t opened_ns,
                 ConfirmationStarter* confirmations)
    : context_(context),
      lookups_(lookups),
      confirmations_(confirmations),
      pending_(context),
      active_ns_(opened_ns) {}

bool Session::Paused() const {
  return output_.size() - sent_ + pending_.Bytes() >= context_.limits.max_unsent_bytes ||
         pending_.Lookups() >= context_.limits.max_pending_lookups;
}

bool Session::Finished() const {
  if (state_ == State::kAborted) return true;
  return state_ == State::kDraining && pending_.Empty() && Unsent().empty();
}

Session::Batch Session::BeginBatch() const {
  return {context_.backend.env.NowNs(), context_.backend.env.MonotonicNs(), {}, {}, 0};
}

// What is measured of a command answered at once is the whole batch that it came in: its reply goes
// out no sooner.
void Session::EndBatch(const Batch& batch) {
  const int64_t took_ns = context_.backend.env.MonotonicNs() - batch.started_ns;
  for (Verb verb : {Verb::kIamat, Verb::kWhatsat, Verb::kOther}) {
    const uint64_t commands = batch.commands[static_cast<size_t>(verb)];
    if (commands != 0) context_.counters.Handling(verb).Observe(took_ns, commands);
  }
  if (batch.awaited.has_value()) {
    confirmations_->StartConfirmation(batch.wait, *batch.awaited);
  }
  if (!HandlesLines() || !Paused()) return;
  const bool lookups = pending_.Lookups() >= context_.limits.max_pending_lookups;
  context_.counters.Limit(lookups ? GatewayLimit::kPendingLookups : GatewayLimit::kUnsentBytes)
      .Add();
}

void Session::Receive(std::string_view bytes) {
  assert(WantsInput());
  received_since_tick_ = true;
  context_.counters.bytes_in.Add(bytes.size());
  Batch batch = BeginBatch();
  if (!input_.empty()) bytes = CompletePartialLine(bytes, batch);
  bytes.remove_prefix(HandleLines(bytes, batch));
  if (HandlesLines()) input_.append(bytes);
  EndBatch(batch);
}

// Copies no more than what the partial line needs; the rest is handled where it lies.
std::string_view Session::CompletePartialLine(std::string_view bytes, Batch& batch) {
  const size_t room = MaxBytesWithTerminator(context_.limits.max_line_bytes) - input_.size();
  const std::string_view head = bytes.substr(0, room);
  const size_t line_end = head.find('\n');
  const size_t taken = line_end == std::string_view::npos ? head.size() : line_end + 1;
  input_.append(head.substr(0, taken));
  input_.erase(0, HandleLines(input_, batch));
  if (!HandlesLines()) input_.clear();
  return bytes.substr(taken);
}

size_t Session::HandleLines(std::string_view bytes, Batch& batch) {
  if (!HandlesLines() || Paused()) return 0;
  // Behind a lone line there is nothing to read ahead of.
  const Line lone = ReadLine(bytes, context_.limits.max_line_bytes);
  if (lone.status == LineStatus::kComplete && lone.consumed == bytes.size()) {
    HandleLine(ParseLine(lone, context_.backend.table), batch);
    return lone.consumed;
  }
  return lone.status == LineStatus::kIncomplete ? 0 : HandleSeveralLines(bytes, batch);
}

size_t Session::HandleSeveralLines(std::string_view bytes, Batch& batch) {
  size_t handled = 0;
  LinesAhead ahead;
  while (HandlesLines() && !Paused()) {
    ahead.Read(bytes.substr(handled), context_.limits.max_line_bytes, context_.backend.table);
    for (const ParsedLine& line : ahead.lines()) {
      if (!HandlesLines() || Paused()) return handled;
      HandleLine(line, batch);
      handled += line.consumed;
    }
    if (ahead.stop().status == LineStatus::kComplete) continue;
    if (ahead.stop().status == LineStatus::kTooLong && HandlesLines() && !Paused()) {
      RefuseTooLong(ahead.stop().text, batch);
    }
    break;
  }
  return handled;
}

void Session::HandleLine(const ParsedLine& parsed, Batch& batch) {
  const std::string_view line = parsed.text;
  any_line_ = true;
  if (context_.limits.close_after_first_reply) state_ = State::kDraining;
  const bool logged = context_.budget.Take(kLogLinesPerCommand);
  if (logged) {
    context_.backend.log.Received(line);
  } else {
    context_.counters.log_lines_left_out.Add(kLogLinesPerCommand);
  }

  const bool waits = !pending_.Empty();
  std::string& out = Tail();
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
  if (waits) pending_.Appended(out.size() - begin);
  context_.counters.Requests(verb, *result).Add();
  ++batch.commands[static_cast<size_t>(verb)];
  if (logged) context_.backend.log.Replied(std::string_view(out).substr(begin));
}

std::optional<RequestResult> Session::AnswerIamat(const Iamat& iamat, const ParsedLine& line,
                                                  Batch& batch, bool logged, std::string& out) {
  Table& table = context_.backend.table;
  RequestResult result = RequestResult::kOk;
  FeedPosition place;
  switch (table.TakeReport(ParsedReport{iamat.report, iamat.client_time_ns}, line.key,
                           batch.received_ns, confirmations_ == nullptr ? nullptr : &place)) {
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
    case MergeOutcome::kExpired:  // not of what is taken here
      return RequestResult::kInvalid;
  }
  if (confirmations_ == nullptr) {
    AppendAtReply(table.node(), batch.received_ns, iamat.client_time_ns, iamat.report, out);
    return result;
  }
  // Also what changed nothing waits, for the record that the table holds: this receipt says that a
  // report at least as great is safe.
  if (!batch.awaited.has_value()) {
    batch.awaited.emplace();
    batch.wait = next_ticket_++;
    pending_.AddWait(batch.wait, batch.started_ns);
  }
  batch.awaited->Add(place);
  std::string reply;
  AppendAtReply(table.node(), batch.received_ns, iamat.client_time_ns, iamat.report, reply);
  pending_.AddReport(batch.wait, reply, line.text, result, logged);
  return std::nullopt;
}

std::optional<RequestResult> Session::AnswerWhatsat(const Whatsat& whatsat, const ClientKey& key,
                                                    const Batch& batch, bool logged,
                                                    std::string& out) {
  const bool asks = whatsat.radius_m > 0 && whatsat.bound > 0;
  std::string at_line;
  Coordinates at;
  // The table holds valid reports only.
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

void Session::RefuseTooLong(std::string_view line, Batch& batch) {
  const std::string_view head = line.substr(0, kTooLongEchoBytes);
  context_.counters.Limit(GatewayLimit::kLineBytes).Add();
  context_.counters.Requests(Verb::kOther, RequestResult::kInvalid).Add();
  ++batch.commands[static_cast<size_t>(Verb::kOther)];
  any_line_ = true;
  state_ = State::kDraining;

  std::string& out = Tail();
  const size_t begin = out.size();
  AppendEcho(head, out);
  if (!pending_.Empty()) pending_.Appended(out.size() - begin);
  if (context_.budget.Take(kLogLinesPerCommand)) {
    context_.backend.log.Received(head);
    context_.backend.log.Replied(std::string_view(out).substr(begin));
  } else {
    context_.counters.log_lines_left_out.Add(kLogLinesPerCommand);
  }
}

void Session::EndInput() { EndReading(true); }

void Session::StopInput() { EndReading(false); }

void Session::EndReading(bool last_line_counts) {
  if (state_ != State::kReading) return;
  state_ = State::kEnding;
  last_line_counts_ = last_line_counts;
  Resume();
}

// Handles what has come in and had to wait.
void Session::Resume() {
  if (!HandlesLines() || Paused()) return;
  Batch batch = BeginBatch();
  input_.erase(0, HandleLines(input_, batch));
  if (state_ == State::kEnding && !Paused()) HandleLastLine(batch);
  if (!HandlesLines()) input_.clear();
  EndBatch(batch);
}

void Session::HandleLastLine(Batch& batch) {
  if (last_line_counts_ && !input_.empty()) {
    const Line line = ReadLastLine(input_, context_.limits.max_line_bytes);
    if (line.status == LineStatus::kTooLong) {
      RefuseTooLong(line.text, batch);
    } else {
      HandleLine(ParseLine(line, context_.backend.table), batch);
    }
  }
  state_ = State::kDraining;
}

void Session::GiveUpWaiting() {
  if (state_ == State::kAborted) return;
  const int64_t now_ns = context_.backend.env.MonotonicNs();
  input_.clear();
  state_ = State::kDraining;
  pending_.AnswerAll(IsStopping(), now_ns);
  pending_.Release(output_);
}

void Session::LookupDone(uint64_t ticket, const PlacesAnswer& answer) {
  const bool was_paused = Paused();
  if (pending_.CompleteLookup(ticket, answer, context_.backend.env.MonotonicNs())) {
    Release(was_paused);
  }
}

void Session::ConfirmationDone(uint64_t ticket, Confirmation confirmation) {
  const bool was_paused = Paused();
  const bool confirmed = confirmation == Confirmation::kConfirmed;
  if (!pending_.CompleteWait(ticket, confirmed, context_.backend.env.MonotonicNs())) return;
  if (!confirmed) {
    const bool late = confirmation == Confirmation::kTimedOut;
    context_.counters.Limit(late ? GatewayLimit::kAckTimeout : GatewayLimit::kAckWaits).Add();
  }
  Release(was_paused);
}

void Session::Release(bool was_paused) {
  pending_.Release(output_);
  if (was_paused) Resume();
}

void Session::Sent(size_t bytes) {
  assert(bytes <= Unsent().size());
  const bool was_paused = Paused();
  sent_since_tick_ = true;
  context_.counters.bytes_out.Add(bytes);
  sent_ += bytes;
  // A client that is never quite done must not make the buffer grow.
  if (sent_ == output_.size() || sent_ >= context_.limits.max_unsent_bytes) {
    output_.erase(0, sent_);
    sent_ = 0;
  }
  if (was_paused) Resume();
}

void Session::Tick(int64_t now_ns) {
  if (Finished()) return;
  ExpireLookups(now_ns);
  CheckIdleness(now_ns);
  CheckWriting(now_ns);
  // An idle client costs no buffers, one that does not read no more than it must; a busy one keeps
  // them from batch to batch.
  if (!received_since_tick_ && !sent_since_tick_) GiveBuffersBack();
  received_since_tick_ = false;
  sent_since_tick_ = false;
}

void Session::ExpireLookups(int64_t now_ns) {
  const bool was_paused = Paused();
  const int expired =
      pending_.ExpireLookups(now_ns - context_.limits.lookup_timeout_ns, TookTooLong(), now_ns);
  if (expired == 0) return;
  context_.counters.Limit(GatewayLimit::kLookupTimeout).Add(expired);
  Release(was_paused);
}

void Session::CheckIdleness(int64_t now_ns) {
  if (state_ != State::kReading) return;
  const int64_t quiet_ns = now_ns - active_ns_;
  if (!any_line_) {
    if (quiet_ns >= context_.limits.first_line_timeout_ns) Abort(GatewayLimit::kFirstLineTimeout);
    return;
  }
  if (received_since_tick_ || !pending_.Empty() || !Unsent().empty()) {
    active_ns_ = now_ns;
  } else if (quiet_ns >= context_.limits.idle_timeout_ns) {
    Abort(GatewayLimit::kIdleTimeout);
  }
}

void Session::CheckWriting(int64_t now_ns) {
  if (Unsent().empty()) {
    stalled_ns_ = -1;
  } else if (stalled_ns_ < 0 || sent_since_tick_) {
    stalled_ns_ = now_ns;
  } else if (now_ns - stalled_ns_ >= context_.limits.write_stall_timeout_ns) {
    given_up_ = true;
    Abort(GatewayLimit::kWriteStallTimeout);
  }
}

void Session::Evict() {
  given_up_ = true;
  Abort(GatewayLimit::kUnsentTotalBytes);
}

void Session::Abort(GatewayLimit limit) {
  context_.counters.Limit(limit).Add();
  state_ = State::kAborted;
  pending_.Clear();
  // Assigning an empty string would keep the memory.
  std::string().swap(input_);
  std::string().swap(output_);
  sent_ = 0;
}

void Session::GiveBuffersBack() {
  output_.erase(0, sent_);
  sent_ = 0;
  input_.shrink_to_fit();
  output_.shrink_to_fit();
  pending_.GiveBuffersBack();
}

}  // namespace proxyherd
