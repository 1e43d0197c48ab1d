#include "peer/link/link_sender.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::peer {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace

LinkSender::LinkSender(const LinkIdentity& own, std::string neighbour, Table& table, Env& env,
                       Transport& transport, Agreement& agreement, Owner& owner, uint64_t attempts)
    : own_(own),
      neighbour_(std::move(neighbour)),
      table_(table),
      env_(env),
      transport_(transport),
      agreement_(agreement),
      owner_(owner),
      batches_(
          table, [&owner] { owner.Wake(); }, counters_),
      session_(table, agreement) {
  counters_.attempts = attempts;
}

void LinkSender::ChangeState(LinkState to, const CloseReason& reason, int64_t retry_in_ns) {
  state_ = to;
  reason_ = to == LinkState::kUp ? "" : reason.text;
  owner_.OnOutgoingState(to, reason, retry_in_ns);
}

int64_t LinkSender::NextTimer() const {
  switch (state_) {
    case LinkState::kDown:
      return stopped_ ? kNever : dial_at_ns_;
    case LinkState::kConnecting:
      return connect_until_ns_;
    case LinkState::kHandshaking:
      return beats_.SilentAt();
    case LinkState::kUp:
      break;
  }
  if (writing_) return beats_.SilentAt();
  const int64_t next_ns =
      std::min({beats_.SilentAt(), beats_.NextBeat(), membership_pace_.NextTimer()});
  const SendWindow& window = batches_.window();
  const bool work = !batches_.idle() || session_.CanWrite(window.RepairArrived());
  return work ? std::min(next_ns, window.NextWrite()) : next_ns;
}

void LinkSender::Tick(int64_t now_ns) {
  switch (state_) {
    case LinkState::kDown:
      if (!stopped_ && now_ns >= dial_at_ns_) Dial(now_ns);
      return;
    case LinkState::kConnecting:
      if (now_ns >= connect_until_ns_) {
        Fail(TimeOut(CloseKind::kNoConnection, "no connection within ", kConnectTimeoutNs), now_ns);
      }
      return;
    case LinkState::kHandshaking:
    case LinkState::kUp:
      if (beats_.Silent(now_ns)) {
        Fail(TimeOut(CloseKind::kSilent, "nothing heard for ", kLivenessTimeoutNs), now_ns);
      } else {
        WriteNext(now_ns);
      }
      return;
  }
}

void LinkSender::Dial(int64_t now_ns) {
  ++counters_.attempts;
  connect_until_ns_ = now_ns + kConnectTimeoutNs;
  writing_ = true;
  batches_.OnDial();
  ChangeState(LinkState::kConnecting, {CloseKind::kOther, "dialling"});
  Hello hello = MakeHello(own_, counters_.attempts);
  hello.knows_epoch_ns = coverage_.epoch_ns();
  transport_.Open(hello);
}

void LinkSender::Fail(const CloseReason& reason, int64_t now_ns) {
  transport_.Close();
  writing_ = false;
  beats_.OnStreamDown();
  batches_.OnStreamDown();
  membership_pace_.OnStreamDown();
  agreement_.OnUnknown(now_ns);
  const int64_t wait_ns = backoff_.Next(env_.Random());
  dial_at_ns_ = now_ns + wait_ns;
  ChangeState(LinkState::kDown, reason, wait_ns);
}

void LinkSender::Redial(const CloseReason& reason, int64_t now_ns) {
  if (stopped_) return;
  if (state_ != LinkState::kDown) Fail(reason, now_ns);
  backoff_.Reset();
  dial_at_ns_ = now_ns;
}

// The answer to a heartbeat acknowledges all batches before it; those after it ask.
void LinkSender::Hurry(int64_t now_ns) {
  beats_.HurryTo(now_ns);
  WriteNext(now_ns);
}

void LinkSender::Stop(const CloseReason& reason) {
  stopped_ = true;
  transport_.Close();
  writing_ = false;
  if (state_ != LinkState::kDown) ChangeState(LinkState::kDown, reason);
}

void LinkSender::OnWritten(int64_t now_ns) {
  writing_ = false;
  if (state_ == LinkState::kConnecting) {
    beats_.OnHeard(now_ns);
    ChangeState(LinkState::kHandshaking, {CloseKind::kOther, "connected"});
  }
  WriteNext(now_ns);
}

void LinkSender::OnWake(int64_t now_ns) {
  batches_.LookAgain();
  WriteNext(now_ns);
}

void LinkSender::OnMembership(int64_t now_ns) {
  membership_pace_.OnNews();
  WriteNext(now_ns);
}

void LinkSender::OnNeighbourSeen(const Hello& hello, int64_t now_ns) {
  if (asks() && hello.knows_epoch_ns != own_.epoch_ns) {
    session_.Need(beats_.beats(), hello.attempt);
    beats_.HurryTo(now_ns);
  }
  backoff_.Reset();
  if (state_ == LinkState::kDown && !stopped_) dial_at_ns_ = now_ns;
}

void LinkSender::OnMessage(ReceiverMessage message, int64_t now_ns) {
  beats_.OnHeard(now_ns);
  if (!messages_.Take(now_ns)) return FailOver(LinkLimit::kMessageRate, now_ns);
  const bool greeted = state_ == LinkState::kUp;
  if (const auto* hello = std::get_if<Hello>(&message); hello != nullptr && !greeted) {
    OnHello(*hello, now_ns);
  } else if (const auto* ack = std::get_if<Acknowledgement>(&message); ack != nullptr && greeted) {
    if (TakeAcknowledgement(ack->batch_number, now_ns)) WriteNext(now_ns);
  } else if (const auto* beat = std::get_if<Heartbeat>(&message); beat != nullptr && greeted) {
    OnHeartbeat(*beat, now_ns);
  } else if (const auto* reply = std::get_if<RepairReply>(&message); reply != nullptr && greeted) {
    OnRepairReply(*reply, now_ns);
  } else {
    Fail(UnexpectedFrom(neighbour_, " sent an unexpected message"), now_ns);
  }
}

void LinkSender::OnHello(const Hello& hello, int64_t now_ns) {
  if (const absl::Status status = CheckAnswer(own_, neighbour_, hello); !status.ok()) {
    return Fail(ReasonOf(status), now_ns);
  }
  // A new process gets the changes since it was dialled; repair brings the older records.
  const bool new_process = coverage_.OnStreamUp(hello.epoch_ns, counters_.attempts);
  session_.OnStreamUp(new_process);
  batches_.OnStreamUp(new_process, hello.late_acknowledgements, now_ns);
  beats_.OnStreamUp(now_ns);
  membership_pace_.OnStreamUp(now_ns);
  backoff_.Reset();
  ++counters_.times_up;
  ChangeState(LinkState::kUp, {CloseKind::kOther, "handshake done"});
  WriteNext(now_ns);
}

// Returns false if the stream has failed.
bool LinkSender::TakeAcknowledgement(uint64_t batch_number, int64_t now_ns) {
  if (!batches_.window().WasSent(batch_number)) {
    Fail(UnexpectedFrom(neighbour_, " acknowledged a batch that was never sent"), now_ns);
    return false;
  }
  batches_.Acknowledge(batch_number, now_ns);
  return true;
}

void LinkSender::OnRepairDone(const RepairDone& done, uint64_t neighbour_epoch_ns) {
  coverage_.OnNeighboursSession(neighbour_epoch_ns, done.covers_attempt);
}

void LinkSender::OnHeartbeat(const Heartbeat& heartbeat, int64_t now_ns) {
  if (!TakeAcknowledgement(heartbeat.merged_batch, now_ns)) return;
  beats_.OnAnswer(heartbeat, now_ns);
  if (asks()) {
    session_.OnBeat(heartbeat, now_ns);
  } else if (const std::optional<TableDigest> ours = table_.Digest()) {
    agreement_.OnBeat(heartbeat.digest.has_value() && SameContents(*ours, *heartbeat.digest),
                      now_ns);
  }
  WriteNext(now_ns);
}

void LinkSender::FailOver(LinkLimit limit, int64_t now_ns) {
  ++counters_.limits[limit];
  Fail({CloseKind::kOverLimit, OverLimit(neighbour_, limit)}, now_ns);
}

void LinkSender::OnRepairReply(const RepairReply& reply, int64_t now_ns) {
  if (!TakeAcknowledgement(reply.merged_batch, now_ns)) return;
  Batch batch;
  batch.origins = reply.origins;
  batch.records = reply.records;
  if (const auto limit = LimitOver(batch)) return FailOver(*limit, now_ns);
  MergeCounts counts;
  const auto met = [this](const RecordView& record, MergeOutcome outcome) {
    // An equal record has come over another link in the meantime.
    if (outcome != MergeOutcome::kEqual) session_.OnMissingHere(table_.HashOf(record));
  };
  const absl::Status status = MergeBatch(batch, mask(), table_, counts, met);
  owner_.OnAnswerMerged(counts, reply.records.size());
  batches_.OnAnswer(reply.records.size(), now_ns);
  if (!status.ok() || !session_.OnReply(reply)) {
    return Fail(UnexpectedFrom(neighbour_, " answered another question than was asked"), now_ns);
  }
  WriteNext(now_ns);
}

HeldPositions LinkSender::Held() const {
  if (state_ != LinkState::kUp) return {};
  HeldPositions held = batches_.cursor().Held();
  if (coverage_.complete()) held.from = {};
  return held;
}

bool LinkSender::HasAllBefore(const FeedPositions& ends) const {
  if (Flushed()) return true;
  if (!complete()) return false;
  const FeedPositions& held = batches_.cursor().Held().end;
  return std::equal(ends.begin(), ends.end(), held.begin(), std::less_equal<>());
}

// At most one write is in flight; its completion starts the next one that is due.
void LinkSender::WriteNext(int64_t now_ns) {
  if (state_ != LinkState::kUp || writing_) return;
  if (WriteHeartbeatIfDue(now_ns) || WriteMembership(now_ns)) return;
  if (!batches_.window().MayWrite(now_ns)) return;
  // Repair and fresh changes take turns, so that neither starves the other.
  if (repair_turn_ && WriteRepair(now_ns)) return;
  if (WriteChanges(now_ns)) return;
  WriteRepair(now_ns);
}

bool LinkSender::WriteHeartbeatIfDue(int64_t now_ns) {
  if (!beats_.Due(now_ns)) return false;
  // Changes that came over this link do not wake the sender, but its cursor has to pass them, so it
  // looks again.
  batches_.LookAgain();
  Heartbeat beat;
  beat.number = beats_.Beat(now_ns, env_.NowNs());
  Write(beat);
  return true;
}

bool LinkSender::WriteMembership(int64_t now_ns) {
  if (!membership_pace_.Due(now_ns)) return false;
  MembershipUpdate update = owner_.TakeMembership();
  if (update.nodes.empty()) {
    membership_pace_.OnAllSent();
    return false;
  }
  membership_pace_.OnWritten(beats_.beats() + 1, now_ns);
  Write(std::move(update));
  return true;
}

bool LinkSender::WriteRepair(int64_t now_ns) {
  repair_turn_ = false;
  const bool arrived = batches_.window().RepairArrived();
  if (!asks() || !session_.CanWrite(arrived)) return false;
  RepairSession::Step step = session_.Next(batches_.Begin(), owner_.Serving(), arrived, now_ns);
  if (std::holds_alternative<RepairRecords>(step)) {
    Write(batches_.PackRepair(now_ns));
  } else if (auto* request = std::get_if<RepairRequest>(&step)) {
    ++counters_.repair_questions;
    // Without the pause, a neighbour that leaves every question open would keep the links thread
    // busy forever.
    batches_.OnQuestion(session_.PauseAfterQuestion(), now_ns);
    Write(std::move(*request));
  } else if (const auto* done = std::get_if<RepairDone>(&step)) {
    coverage_.OnOwnSession();
    owner_.OnRepaired(beats_.answer().has_value() && beats_.answer()->serving);
    session_.OnDoneWritten(beats_.beats());
    Write(*done);
  } else {
    return false;
  }
  return true;
}

bool LinkSender::WriteChanges(int64_t now_ns) {
  std::optional<Batch> batch = batches_.NextChanges(own_.awaits_acknowledgements, now_ns);
  if (!batch.has_value()) return false;
  repair_turn_ = true;
  Write(*std::move(batch));
  return true;
}

void LinkSender::Write(SenderMessage message) {
  assert(state_ == LinkState::kUp && !writing_);
  writing_ = true;
  transport_.Write(std::move(message));
}

}  // namespace proxyherd::peer
