#include "peer/link/link_receiver.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/record.h"
#include "peer/membership/membership.h"
#include "peer/repair/repair_answer.h"
#include "peer/repair/repair_rules.h"

namespace proxyherd::peer {
namespace {

absl::Status Unexpected(const std::string& what) {
  return CloseStatus(CloseKind::kUnexpected, what);
}

}  // namespace

LinkReceiver::LinkReceiver(const LinkIdentity& own, Table& table, Env& env, Transport& transport,
                           Gate& gate, LatencyHistogram& flood_ages)
    : own_(own),
      table_(table),
      env_(env),
      transport_(transport),
      gate_(gate),
      flood_ages_(flood_ages),
      last_heard_ns_(env.MonotonicNs()) {}

int64_t LinkReceiver::NextTimer() const {
  if (finished_) return std::numeric_limits<int64_t>::max();
  int64_t next_ns = last_heard_ns_ + kLivenessTimeoutNs;
  if (writing_) return next_ns;
  if (acknowledgement_due_) next_ns = std::min(next_ns, next_acknowledgement_ns_);
  if (question_.has_value()) next_ns = std::min(next_ns, next_answer_ns_);
  return next_ns;
}

void LinkReceiver::Tick(int64_t now_ns) {
  if (finished_) return;
  if (Silent(now_ns)) {
    return Fail(CloseStatus(CloseKind::kSilent, absl::StrCat("nothing heard for ",
                                                             kLivenessTimeoutNs / kSecond, " s")));
  }
  WriteNext(now_ns);
}

void LinkReceiver::Finish(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  transport_.Finish(status);
}

void LinkReceiver::Dismiss(const absl::Status& status) {
  owner_ = nullptr;
  Finish(status);
}

void LinkReceiver::Fail(const absl::Status& status) {
  assert(!finished_);
  Finish(status);
  if (!greeted_) return gate_.OnRefused(status, claimed_node_);
  std::exchange(owner_, nullptr)->OnIncomingEnded(ReasonOf(status));
}

void LinkReceiver::OnClosed(const CloseReason& reason) {
  finished_ = true;
  if (owner_ != nullptr) std::exchange(owner_, nullptr)->OnIncomingEnded(reason);
}

void LinkReceiver::OnMessage(const SenderMessage& message) {
  if (finished_) return;
  const int64_t now_ns = env_.MonotonicNs();
  last_heard_ns_ = now_ns;
  heard_ = true;
  if (const absl::Status status = Take(message, now_ns); !status.ok()) return Fail(status);
  WriteNext(now_ns);
}

absl::Status LinkReceiver::Take(const SenderMessage& message, int64_t now_ns) {
  const auto* hello = std::get_if<Hello>(&message);
  if (hello != nullptr && !greeted_) return OnHello(*hello);
  if (!greeted_) return Unexpected("the first message of a link must be a hello");
  if (!messages_.Take(now_ns)) return Over(LinkLimit::kMessageRate);
  if (const auto* batch = std::get_if<Batch>(&message)) return OnBatch(*batch, now_ns);
  if (const auto* beat = std::get_if<Heartbeat>(&message)) {
    if (beat->number == 0) return Unexpected("heartbeats are numbered from 1");
    heartbeat_due_ = beat->number;
    return absl::OkStatus();
  }
  if (const auto* request = std::get_if<RepairRequest>(&message)) {
    if (question_.has_value()) {
      return Unexpected("a question of repair before the last one was answered");
    }
    question_ = *request;
    return absl::OkStatus();
  }
  if (const auto* done = std::get_if<RepairDone>(&message)) {
    owner_->OnRepairDone(*done);
    return absl::OkStatus();
  }
  if (const auto* update = std::get_if<MembershipUpdate>(&message)) {
    if (update->nodes.size() > kMaxMembersInUpdate) return Over(LinkLimit::kMembers);
    owner_->OnMembership(*update);
    return absl::OkStatus();
  }
  return Unexpected("unexpected message on a link");
}

absl::Status LinkReceiver::OnHello(const Hello& hello) {
  if (IsNodeName(hello.node)) claimed_node_ = hello.node;
  if (absl::Status status = CheckHello(own_, hello); !status.ok()) return status;
  const absl::StatusOr<Owner*> owner = gate_.Admit(*this, hello);
  if (!owner.ok()) return owner.status();
  owner_ = *owner;
  hello_ = hello;
  greeted_ = true;
  hello_due_ = true;
  return absl::OkStatus();
}

absl::Status LinkReceiver::Over(LinkLimit limit) const {
  owner_->OnLimitHit(limit);
  return CloseStatus(CloseKind::kOverLimit, OverLimit(hello_.node, limit));
}

absl::Status LinkReceiver::OnBatch(const Batch& batch, int64_t now_ns) {
  if (const auto limit = LimitOver(batch)) return Over(*limit);
  if (batch.number != merged_number_ + 1) {
    return Unexpected(absl::StrCat("batch ", batch.number, " follows batch ", merged_number_));
  }
  MergeCounts counts;
  const int64_t wall_ns = env_.NowNs();
  const auto met = [&](const RecordView& record, MergeOutcome outcome) {
    // The age of a repaired record says nothing about the speed of floods.
    if (batch.repair || outcome != MergeOutcome::kWon) return;
    flood_ages_.Observe(std::min(wall_ns - record.received_ns, kOldestFloodNs), 1);
  };
  absl::Status status = MergeBatch(batch, owner_->SplitHorizon(), table_, counts, met);
  owner_->OnBatchMerged(counts, batch.records.size());
  if (!status.ok()) return status;
  merged_number_ = batch.number;
  // A sender of the last release reads no acknowledgement elsewhere.
  const bool now = batch.acknowledge_now || !hello_.late_acknowledgements;
  if (now && !std::exchange(acknowledgement_due_, true)) {
    next_acknowledgement_ns_ = std::max(next_acknowledgement_ns_, now_ns);
  }
  return absl::OkStatus();
}

void LinkReceiver::OnWritten() {
  writing_ = false;
  if (!finished_) WriteNext(env_.MonotonicNs());
}

// Answers the pending question. A pause before the next answer compensates for its cost.
absl::StatusOr<RepairReply> LinkReceiver::Answer(int64_t now_ns) {
  absl::StatusOr<RepairAnswer> answer = AnswerRepair(*question_, table_, repair_batch_);
  question_.reset();
  if (!answer.ok()) return answer.status();
  next_answer_ns_ = now_ns + static_cast<int64_t>(answer->looked_at) * kPausePerRecordNs;
  answer->reply.merged_batch = TakeMerged();
  return std::move(answer->reply);
}

Heartbeat LinkReceiver::AnswerTo(uint64_t beat) {
  const bool has_time = beat % kBeatsPerClock == 1;
  return {beat,
          table_.Digest(),
          table_.Records(),
          has_time ? env_.NowNs() : 0,
          owner_->Serving(),
          TakeMerged()};
}

// Returns what the next answer acknowledges; 0: nothing.
uint64_t LinkReceiver::TakeMerged() {
  if (!hello_.late_acknowledgements) return 0;
  acknowledgement_due_ = false;
  const bool told = std::exchange(acknowledged_number_, merged_number_) == merged_number_;
  return told ? 0 : merged_number_;
}

void LinkReceiver::WriteNext(int64_t now_ns) {
  if (writing_ || !greeted_) return;
  assert(!finished_ && owner_ != nullptr);
  std::optional<ReceiverMessage> message;
  if (std::exchange(hello_due_, false)) {
    message = MakeHello(own_, 0);
  } else if (heartbeat_due_ != 0) {
    message = AnswerTo(std::exchange(heartbeat_due_, 0));
  } else if (acknowledgement_due_ && now_ns >= next_acknowledgement_ns_) {
    acknowledgement_due_ = false;
    acknowledged_number_ = merged_number_;
    next_acknowledgement_ns_ = now_ns + kAcknowledgeIntervalNs;
    message = Acknowledgement{merged_number_};
  } else if (question_.has_value() && now_ns >= next_answer_ns_) {
    absl::StatusOr<RepairReply> answer = Answer(now_ns);
    if (!answer.ok()) return Fail(answer.status());
    message = *std::move(answer);
  }
  if (!message.has_value()) return;
  writing_ = true;
  transport_.Write(*std::move(message));
}

}  // namespace proxyherd::peer
