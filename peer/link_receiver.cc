// The receiving end of a link.
#include "peer/link_receiver.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd {

LinkReceiver::LinkReceiver(const LinkIdentity& own, Table& table, Env& env, Transport& transport,
                           Owner owner, int64_t now_ns)
    : own_(own),
      table_(table),
      env_(env),
      transport_(transport),
      owner_(std::move(owner)),
      last_heard_ns_(now_ns) {}

int64_t LinkReceiver::NextTimer() const {
  if (finished_) return std::numeric_limits<int64_t>::max();
  const int64_t silence_ns = last_heard_ns_ + kLivenessTimeout;
  const bool acknowledgement_waits = !writing_ && merged_number_ != acknowledged_number_;
  return acknowledgement_waits ? std::min(silence_ns, next_acknowledgement_ns_) : silence_ns;
}

void LinkReceiver::Tick(int64_t now_ns) {
  if (finished_) return;
  if (now_ns >= last_heard_ns_ + kLivenessTimeout) {
    return Finish(absl::DeadlineExceededError(
        absl::StrCat("nothing heard for ", kLivenessTimeout / kSecond, " s")));
  }
  WriteNext(now_ns);
}

void LinkReceiver::Finish(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  finish_status_ = status;
  transport_.Finish(status);
}

void LinkReceiver::OnMessage(const SenderMessage& message, int64_t now_ns) {
  if (finished_) return;
  last_heard_ns_ = now_ns;
  if (const absl::Status status = Take(message, now_ns); !status.ok()) return Finish(status);
  WriteNext(now_ns);
}

absl::Status LinkReceiver::Take(const SenderMessage& message, int64_t now_ns) {
  const auto* hello = std::get_if<Hello>(&message);
  if (hello != nullptr && !greeted_) return OnHello(*hello);
  if (!greeted_) return absl::InvalidArgumentError("the first message of a link must be a hello");
  if (const auto* batch = std::get_if<Batch>(&message)) return OnBatch(*batch, now_ns);
  if (const auto* beat = std::get_if<Heartbeat>(&message)) {
    heartbeat_due_ = true;
    heartbeat_sent_at_ns_ = beat->sent_at_ns;
    return absl::OkStatus();
  }
  if (const auto* done = std::get_if<RepairDone>(&message)) {
    owner_.repair_done(*done);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("unexpected message on a link");
}

absl::Status LinkReceiver::OnHello(const Hello& hello) {
  absl::Status status = JudgeHello(own_, hello);
  if (status.ok()) status = owner_.admit(hello);
  if (!status.ok()) return status;
  hello_ = hello;
  greeted_ = true;
  hello_due_ = true;
  return absl::OkStatus();
}

absl::Status LinkReceiver::OnBatch(const Batch& batch, int64_t now_ns) {
  if (batch.number != merged_number_ + 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("batch ", batch.number, " follows batch ", merged_number_));
  }
  MergeCounts counts;
  const int64_t wall_ns = env_.NowNs();
  const auto won = [&](int64_t received_ns) {
    // How old a record is when it is sent again says nothing of how fast floods are.
    if (!batch.repair) owner_.flooded(std::min(wall_ns - received_ns, kOldestFlood));
  };
  absl::Status status = MergeBatch(batch, owner_.split_horizon_mask(), table_, counts, won);
  owner_.merged(counts, batch.records.size());
  if (!status.ok()) return status;
  if (merged_number_ == acknowledged_number_) {
    next_acknowledgement_ns_ = std::max(next_acknowledgement_ns_, now_ns);
  }
  merged_number_ = batch.number;
  return absl::OkStatus();
}

void LinkReceiver::OnWritten(int64_t now_ns) {
  writing_ = false;
  if (!finished_) WriteNext(now_ns);
}

void LinkReceiver::WriteNext(int64_t now_ns) {
  if (writing_ || !greeted_) return;
  if (std::exchange(hello_due_, false)) {
    writing_ = true;
    transport_.Write(MakeHello(own_, 0));
  } else if (std::exchange(heartbeat_due_, false)) {
    writing_ = true;
    transport_.Write(Heartbeat{table_.RootDigest(), table_.Records(), heartbeat_sent_at_ns_});
  } else if (merged_number_ != acknowledged_number_ && now_ns >= next_acknowledgement_ns_) {
    acknowledged_number_ = merged_number_;
    next_acknowledgement_ns_ = now_ns + kAcknowledgeInterval;
    writing_ = true;
    transport_.Write(Acknowledgement{merged_number_});
  }
}

}  // namespace proxyherd
