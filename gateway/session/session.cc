#include "gateway/session/session.h"

#include <cassert>
#include <optional>

#include "gateway/protocol/line_reader.h"
#include "gateway/session/lines_ahead.h"

namespace proxyherd::gateway {
namespace {

PlacesFailure TookTooLong() {
  return {504, "DEADLINE_EXCEEDED", "The places service did not answer in time; try again later."};
}

PlacesFailure IsStopping() {
  return {503, "UNAVAILABLE", "This node is stopping; ask another one."};
}

}  // namespace

Session::Session(const SessionContext& context, LookupStarter& lookups, int64_t opened_ns,
                 ConfirmationStarter* confirmations)
    : context_(context),
      accounting_(context.backend.log, context.budget, context.counters),
      pending_(accounting_),
      commands_(context, lookups, confirmations, accounting_, pending_),
      inactivity_(opened_ns) {}

bool Session::Paused() const {
  return output_.size() - sent_ + pending_.Bytes() >= context_.limits.max_unsent_bytes ||
         pending_.Lookups() >= context_.limits.max_pending_lookups;
}

bool Session::Finished() const {
  if (state_ == State::kAborted) return true;
  return state_ == State::kDraining && pending_.Empty() && Unsent().empty();
}

void Session::EndBatch(const CommandBatch& batch) {
  commands_.EndBatch(batch);
  if (!HandlesLines() || !Paused()) return;
  const bool lookups = pending_.Lookups() >= context_.limits.max_pending_lookups;
  context_.counters.Limit(lookups ? GatewayLimit::kPendingLookups : GatewayLimit::kUnsentBytes)
      .Add();
}

void Session::Receive(std::string_view bytes) {
  assert(WantsInput());
  inactivity_.OnReceived();
  context_.counters.bytes_in.Add(bytes.size());
  CommandBatch batch = commands_.BeginBatch();
  if (!input_.empty()) bytes = CompletePartialLine(bytes, batch);
  bytes.remove_prefix(HandleLines(bytes, batch));
  if (HandlesLines()) input_.append(bytes);
  EndBatch(batch);
}

// Copies only the bytes that complete the partial line; returns the others, to be handled in place.
std::string_view Session::CompletePartialLine(std::string_view bytes, CommandBatch& batch) {
  const size_t room = MaxBytesWithTerminator(context_.limits.max_line_bytes) - input_.size();
  const std::string_view head = bytes.substr(0, room);
  const size_t line_end = head.find('\n');
  const size_t taken = line_end == std::string_view::npos ? head.size() : line_end + 1;
  input_.append(head.substr(0, taken));
  input_.erase(0, HandleLines(input_, batch));
  if (!HandlesLines()) input_.clear();
  return bytes.substr(taken);
}

size_t Session::HandleLines(std::string_view bytes, CommandBatch& batch) {
  if (!HandlesLines() || Paused()) return 0;
  // A single line needs no reading ahead.
  const Line lone = ReadLine(bytes, context_.limits.max_line_bytes);
  if (lone.status == LineStatus::kComplete && lone.consumed == bytes.size()) {
    HandleLine(ParseLine(lone, context_.backend.table), batch);
    return lone.consumed;
  }
  return lone.status == LineStatus::kIncomplete ? 0 : HandleSeveralLines(bytes, batch);
}

size_t Session::HandleSeveralLines(std::string_view bytes, CommandBatch& batch) {
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

void Session::HandleLine(const ParsedLine& parsed, CommandBatch& batch) {
  inactivity_.OnLine();
  if (context_.limits.close_after_first_reply) state_ = State::kDraining;
  commands_.Handle(parsed, batch, output_);
}

void Session::RefuseTooLong(std::string_view line, CommandBatch& batch) {
  inactivity_.OnLine();
  state_ = State::kDraining;
  commands_.RefuseTooLong(line, batch, output_);
}

void Session::EndInput() { EndReading(true); }

void Session::StopInput() { EndReading(false); }

void Session::EndReading(bool last_line_counts) {
  if (state_ != State::kReading) return;
  state_ = State::kEnding;
  last_line_counts_ = last_line_counts;
  Resume();
}

// Handles the input that had to wait.
void Session::Resume() {
  if (!HandlesLines() || Paused()) return;
  CommandBatch batch = commands_.BeginBatch();
  input_.erase(0, HandleLines(input_, batch));
  if (state_ == State::kEnding && !Paused()) HandleLastLine(batch);
  if (!HandlesLines()) input_.clear();
  EndBatch(batch);
}

void Session::HandleLastLine(CommandBatch& batch) {
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
  assert(state_ != State::kReading);
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
  inactivity_.OnSent();
  context_.counters.bytes_out.Add(bytes);
  sent_ += bytes;
  // A client that never takes everything must not make the buffer grow.
  if (sent_ == output_.size() || sent_ >= context_.limits.max_unsent_bytes) {
    output_.erase(0, sent_);
    sent_ = 0;
  }
  if (was_paused) Resume();
}

void Session::Tick(int64_t now_ns) {
  if (Finished()) return;
  ExpireLookups(now_ns);
  const Inactivity::Waiting waiting = {state_ == State::kReading, !pending_.Empty(),
                                       !Unsent().empty()};
  const auto passed = inactivity_.Check(now_ns, waiting, context_.limits);
  if (passed.has_value()) {
    if (*passed == GatewayLimit::kWriteStallTimeout) given_up_ = true;
    Abort(*passed);
  }
  // An idle client has no buffers, and a client that does not read only those it needs; a busy
  // client keeps its buffers from batch to batch.
  if (inactivity_.QuietSinceLastTick()) ReleaseBuffers();
}

void Session::ExpireLookups(int64_t now_ns) {
  const bool was_paused = Paused();
  const int expired =
      pending_.ExpireLookups(now_ns - context_.limits.lookup_timeout_ns, TookTooLong(), now_ns);
  if (expired == 0) return;
  context_.counters.Limit(GatewayLimit::kLookupTimeout).Add(expired);
  Release(was_paused);
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

void Session::ReleaseBuffers() {
  output_.erase(0, sent_);
  sent_ = 0;
  input_.shrink_to_fit();
  output_.shrink_to_fit();
  pending_.ReleaseBuffers();
}

}  // namespace proxyherd::gateway
