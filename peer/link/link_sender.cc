// The pushing end of a link.
#include "peer/link/link_sender.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace

LinkSender::LinkSender(const LinkIdentity& own, std::string neighbour, Table& table, Env& env,
                       Transport& transport, Agreement& agreement, Owner owner, uint64_t attempts)
    : own_(own),
      neighbour_(std::move(neighbour)),
      table_(table),
      env_(env),
      transport_(transport),
      agreement_(agreement),
      owner_(std::move(owner)),
      cursor_(table, owner_.wake),
      session_(table, agreement) {
  counters_.attempts = attempts;
}

void LinkSender::ChangeState(LinkState to, const CloseReason& reason, int64_t retry_in_ns) {
  state_ = to;
  reason_ = to == LinkState::kUp ? "" : reason.text;
  owner_.state(to, reason, retry_in_ns);
}

int64_t LinkSender::NextTimer() const {
  switch (state_) {
    case LinkState::kDown:
      return stopped_ ? kNever : dial_at_ns_;
    case LinkState::kConnecting:
      return last_heard_ns_ + kConnectTimeoutNs;
    case LinkState::kHandshaking:
      return last_heard_ns_ + kLivenessTimeoutNs;
    case LinkState::kUp:
      break;
  }
  int64_t next_ns = last_heard_ns_ + kLivenessTimeoutNs;
  if (!writing_) {
    next_ns = std::min(next_ns, next_heartbeat_ns_);
    next_ns = std::min(next_ns, membership_pace_.NextTimer());
    const bool work = !cursor_idle_ || session_.CanWrite(repair_unacknowledged_ == 0);
    if (work && unacknowledged_.size() < kMaxUnacknowledged) {
      next_ns = std::min(next_ns, next_batch_ns_);
    }
  }
  return next_ns;
}

void LinkSender::Tick(int64_t now_ns) {
  switch (state_) {
    case LinkState::kDown:
      if (!stopped_ && now_ns >= dial_at_ns_) Dial(now_ns);
      return;
    case LinkState::kConnecting:
      if (now_ns >= last_heard_ns_ + kConnectTimeoutNs) {
        Fail(TimeOut(CloseKind::kNoConnection, "no connection within ", kConnectTimeoutNs), now_ns);
      }
      return;
    case LinkState::kHandshaking:
    case LinkState::kUp:
      if (now_ns >= last_heard_ns_ + kLivenessTimeoutNs) {
        Fail(TimeOut(CloseKind::kSilent, "nothing heard for ", kLivenessTimeoutNs), now_ns);
      } else {
        WriteNext(now_ns);
      }
      return;
  }
}

void LinkSender::Dial(int64_t now_ns) {
  ++counters_.attempts;
  last_heard_ns_ = now_ns;
  writing_ = true;
  dialled_at_ = cursor_.MarkEnd();
  ChangeState(LinkState::kConnecting, {CloseKind::kOther, "dialling"});
  Hello hello = MakeHello(own_, counters_.attempts);
  hello.knows_epoch_ns = neighbour_epoch_ns_;
  transport_.Open(hello);
}

void LinkSender::Fail(const CloseReason& reason, int64_t now_ns) {
  transport_.Close();
  writing_ = false;
  beats_ = measured_beat_ = 0;
  membership_pace_.OnStreamDown();
  neighbour_beat_.reset();
  round_trip_ns_ = 0;
  agreement_.OnUnknown(now_ns);
  unacknowledged_.clear();
  repair_unacknowledged_ = 0;
  // Jitter: from half of the back-off to all of it.
  const auto half = static_cast<uint64_t>(backoff_ns_ / 2);
  const auto wait_ns = static_cast<int64_t>(half + env_.Random() % (half + 1));
  dial_at_ns_ = now_ns + wait_ns;
  backoff_ns_ = std::min(kMaxBackoffNs,
                         static_cast<int64_t>(static_cast<double>(backoff_ns_) * kBackoffGrowth));
  ChangeState(LinkState::kDown, reason, wait_ns);
}

void LinkSender::Redial(const CloseReason& reason, int64_t now_ns) {
  if (stopped_) return;
  if (state_ != LinkState::kDown) Fail(reason, now_ns);
  backoff_ns_ = kFirstBackoffNs;
  dial_at_ns_ = now_ns;
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
    last_heard_ns_ = now_ns;
    ChangeState(LinkState::kHandshaking, {CloseKind::kOther, "connected"});
  }
  WriteNext(now_ns);
}

void LinkSender::OnWake(int64_t now_ns) {
  cursor_idle_ = false;
  WriteNext(now_ns);
}

void LinkSender::OnMembership(int64_t now_ns) {
  membership_pace_.OnNews();
  WriteNext(now_ns);
}

void LinkSender::OnNeighbourSeen(const Hello& hello, int64_t now_ns) {
  if (asks() && hello.knows_epoch_ns != own_.epoch_ns) {
    session_.Need(beats_, hello.attempt);
    next_heartbeat_ns_ = now_ns;
  }
  backoff_ns_ = kFirstBackoffNs;
  if (state_ == LinkState::kDown && !stopped_) dial_at_ns_ = now_ns;
}

void LinkSender::OnMessage(ReceiverMessage message, int64_t now_ns) {
  last_heard_ns_ = now_ns;
  if (!messages_.Take(now_ns)) return FailOver(LinkLimit::kMessageRate, now_ns);
  const bool greeted = state_ == LinkState::kUp;
  if (const auto* hello = std::get_if<Hello>(&message); hello != nullptr && !greeted) {
    OnHello(*hello, now_ns);
  } else if (const auto* ack = std::get_if<Acknowledgement>(&message); ack != nullptr && greeted) {
    OnAcknowledgement(*ack, now_ns);
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
  const bool new_epoch = hello.epoch_ns != neighbour_epoch_ns_;
  if (new_epoch) {
    // A process that knows nothing of what was sent before: what has changed since it was dialled
    // flows from here on, and the rest is for repair.
    neighbour_epoch_ns_ = hello.epoch_ns;
    cursor_.GoTo(dialled_at_);
    began_attempt_ = counters_.attempts;
    // Its session may have ended already: the word of that comes on the other stream.
    complete_ = IsCovered();
  } else {
    cursor_.Rewind();
  }
  session_.OnStreamUp(new_epoch);
  cursor_idle_ = false;
  next_number_ = 1;
  batch_size_.OnStreamUp();
  batch_.set_max_bytes(batch_size_.bytes());
  next_heartbeat_ns_ = next_batch_ns_ = now_ns;
  membership_pace_.OnStreamUp(now_ns);
  backoff_ns_ = kFirstBackoffNs;
  ++counters_.times_up;
  ChangeState(LinkState::kUp, {CloseKind::kOther, "handshake done"});
  WriteNext(now_ns);
}

void LinkSender::OnAcknowledgement(const Acknowledgement& acknowledgement, int64_t now_ns) {
  if (acknowledgement.batch_number >= next_number_) {
    return Fail(UnexpectedFrom(neighbour_, " acknowledged a batch that was never sent"), now_ns);
  }
  const Sent* last = nullptr;
  for (const Sent& sent : unacknowledged_) {
    if (sent.number > acknowledgement.batch_number) break;
    last = &sent;
  }
  if (last == nullptr) return;
  cursor_.Acknowledge(last->feed);
  batch_size_.OnAcknowledged(last->bytes, now_ns - last->written_at_ns);
  batch_.set_max_bytes(batch_size_.bytes());
  while (!unacknowledged_.empty() &&
         unacknowledged_.front().number <= acknowledgement.batch_number) {
    if (unacknowledged_.front().repair) --repair_unacknowledged_;
    unacknowledged_.pop_front();
  }
  WriteNext(now_ns);
}

void LinkSender::OnRepairDone(const RepairDone& done, uint64_t neighbour_epoch_ns) {
  covered_epoch_ns_ = neighbour_epoch_ns;
  covered_attempt_ = done.covers_attempt;
  complete_ |= IsCovered();
}

void LinkSender::OnHeartbeat(const Heartbeat& heartbeat, int64_t now_ns) {
  neighbour_beat_ = heartbeat;
  if (measured_beat_ != 0 && heartbeat.number == measured_beat_) {
    measured_beat_ = 0;
    round_trip_ns_ = now_ns - measured_since_ns_;
    // A clock before 1970 is none.
    if (heartbeat.clock_ns > 0) {
      clock_ahead_ns_ = heartbeat.clock_ns - (measured_clock_ns_ + round_trip_ns_ / 2);
    }
  }
  if (asks()) {
    session_.OnBeat(heartbeat, now_ns);
    WriteNext(now_ns);
  } else if (const std::optional<TableDigest> ours = table_.Digest()) {
    agreement_.OnBeat(heartbeat.digest.has_value() && SameContents(*ours, *heartbeat.digest),
                      now_ns);
  }
}

void LinkSender::FailOver(LinkLimit limit, int64_t now_ns) {
  ++counters_.limits[limit];
  Fail({CloseKind::kOverLimit, OverLimit(neighbour_, limit)}, now_ns);
}

void LinkSender::OnRepairReply(const RepairReply& reply, int64_t now_ns) {
  Batch batch;
  batch.origins = reply.origins;
  batch.records = reply.records;
  if (const auto limit = LimitOver(batch)) return FailOver(*limit, now_ns);
  MergeCounts counts;
  const auto met = [this](const RecordView& record, MergeOutcome outcome) {
    // What was known already came by another way meanwhile.
    if (outcome != MergeOutcome::kEqual) session_.OnMissingHere(table_.HashOf(record));
  };
  const absl::Status status = MergeBatch(batch, cursor_.Mask(), table_, counts, met);
  owner_.merged(counts, reply.records.size());
  batch_size_.OnAcknowledged(reply.records.size(), now_ns - asked_at_ns_);
  batch_.set_max_bytes(batch_size_.bytes());
  if (!status.ok() || !session_.OnReply(reply)) {
    return Fail(UnexpectedFrom(neighbour_, " answered another question than was asked"), now_ns);
  }
  WriteNext(now_ns);
}

HeldPositions LinkSender::Held() const {
  if (state_ != LinkState::kUp) return {};
  HeldPositions held = cursor_.Held();
  if (complete_) held.from = {};
  return held;
}

bool LinkSender::HasAllBefore(const FeedPositions& ends) const {
  if (Flushed()) return true;
  if (!complete()) return false;
  const FeedPositions& held = cursor_.Held().end;
  return std::equal(ends.begin(), ends.end(), held.begin(), std::less_equal<>());
}

// At most one write is in flight; when it completes, the next one is whatever is due then.
void LinkSender::WriteNext(int64_t now_ns) {
  if (state_ != LinkState::kUp || writing_) return;
  if (WriteHeartbeatIfDue(now_ns) || WriteMembership(now_ns)) return;
  if (now_ns < next_batch_ns_ || unacknowledged_.size() >= kMaxUnacknowledged) return;
  // Repair and fresh changes take turns, so that neither starves the other.
  if (repair_turn_ && WriteRepair(now_ns)) return;
  if (WriteChanges(now_ns)) return;
  WriteRepair(now_ns);
}

bool LinkSender::WriteHeartbeatIfDue(int64_t now_ns) {
  if (now_ns < next_heartbeat_ns_) return false;
  next_heartbeat_ns_ = now_ns + kHeartbeatIntervalNs;
  // What came by this very link wakes nobody, but has to be passed: so the cursor looks again.
  cursor_idle_ = false;
  Heartbeat beat;
  beat.number = ++beats_;
  if (measured_beat_ == 0) {
    measured_beat_ = beat.number;
    measured_since_ns_ = now_ns;
    measured_clock_ns_ = env_.NowNs();
  }
  writing_ = true;
  transport_.Write(beat);
  return true;
}

bool LinkSender::WriteMembership(int64_t now_ns) {
  if (!membership_pace_.Due(now_ns)) return false;
  MembershipUpdate notices = owner_.notices();
  if (notices.nodes.empty()) {
    membership_pace_.OnAllTold();
    return false;
  }
  membership_pace_.OnWritten(beats_ + 1, now_ns);
  writing_ = true;
  transport_.Write(std::move(notices));
  return true;
}

bool LinkSender::WriteRepair(int64_t now_ns) {
  repair_turn_ = false;
  const bool acknowledged = repair_unacknowledged_ == 0;
  if (!asks() || !session_.CanWrite(acknowledged)) return false;
  batch_.Clear();
  RepairSession::Step step = session_.Next(batch_, owner_.serving(), acknowledged, now_ns);
  if (std::holds_alternative<RepairRecords>(step)) {
    counters_.repair_records += batch_.Records();
    WriteBatch(true, now_ns);
    return true;
  }
  if (auto* request = std::get_if<RepairRequest>(&step)) {
    ++counters_.repair_questions;
    asked_at_ns_ = now_ns;
    // Else a neighbour that leaves every question open would keep the links thread busy for ever.
    next_batch_ns_ = std::max(next_batch_ns_, now_ns + session_.PauseAfterQuestion());
    writing_ = true;
    transport_.Write(std::move(*request));
    return true;
  }
  if (const auto* done = std::get_if<RepairDone>(&step)) {
    complete_ = true;
    owner_.repaired(neighbour_beat_.has_value() && neighbour_beat_->serving);
    session_.OnDoneWritten(beats_);
    writing_ = true;
    transport_.Write(*done);
    return true;
  }
  return false;
}

bool LinkSender::WriteChanges(int64_t now_ns) {
  if (cursor_idle_) return false;
  batch_.Clear();
  cursor_.Take(batch_);
  while (batch_.Empty()) {
    // What was skipped because it came by this link counts as arrived.
    if (unacknowledged_.empty()) cursor_.Acknowledge(cursor_.Position());
    cursor_idle_ = cursor_.GoIdle();
    if (cursor_idle_) return false;
    cursor_.Take(batch_);
  }
  WriteBatch(false, now_ns);
  repair_turn_ = true;
  return true;
}

void LinkSender::WriteBatch(bool repair, int64_t now_ns) {
  Batch message;
  message.number = next_number_++;
  message.records = batch_.bytes();
  message.repair = repair;
  for (OriginIndex origin : batch_.origins()) {
    message.origins.push_back({origin, std::string(table_.origins().NameOf(origin))});
  }
  if (repair) ++repair_unacknowledged_;
  unacknowledged_.push_back(
      {message.number, cursor_.Position(), repair, batch_.bytes().size(), now_ns});
  ++counters_.batches;
  counters_.records += batch_.Records();
  counters_.record_bytes += batch_.bytes().size();
  next_batch_ns_ = batch_.Full() ? now_ns : now_ns + kBatchIntervalNs;
  writing_ = true;
  transport_.Write(std::move(message));
}

}  // namespace proxyherd
