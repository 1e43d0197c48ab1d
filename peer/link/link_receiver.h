// One direction of a link, seen from the node that is pushed to: greets, merges what comes,
// acknowledges.
//
// A pure state machine like LinkSender; one for each incoming stream. Everything happens on the
// links thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/env.h"
#include "core/table.h"
#include "peer/protocol/handshake.h"
#include "peer/protocol/link_limits.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_timing.h"
#include "peer/protocol/merge_batch.h"

namespace proxyherd {

class LinkReceiver {
 public:
  class Transport {
   public:
    virtual ~Transport() = default;
    // Answered by OnWritten. Never called while a write is in flight.
    virtual void Write(ReceiverMessage message) = 0;
    // Ends the stream with this status; no event of it comes in afterwards.
    virtual void Finish(const absl::Status& status) = 0;
  };

  // What the receiver asks its owner. `admit` is called with a hello that the rules accept, and
  // decides between it and an older stream of the same neighbour.
  struct Owner {
    std::function<absl::Status(const Hello&)> admit;
    // Whether this node is ready for clients.
    std::function<bool()> serving;
    std::function<void(const RepairDone&)> repair_done;
    // See LinkSender::SplitHorizonMask.
    std::function<FollowerMask()> split_horizon_mask;
    std::function<void(const MergeCounts&, size_t bytes)> merged;
    // A record that is new here, and how long ago its origin took it, by both nodes' clocks.
    std::function<void(int64_t age_ns)> flooded;
    std::function<void(LinkLimit)> limit_hit;
    std::function<void(const MembershipUpdate&)> notices;
  };

  LinkReceiver(const LinkIdentity& own, Table& table, Env& env, Transport& transport, Owner owner,
               int64_t now_ns);

  void Tick(int64_t now_ns);
  int64_t NextTimer() const;
  void OnMessage(const SenderMessage& message, int64_t now_ns);
  void OnWritten(int64_t now_ns);
  // Refuses or ends the stream.
  void Finish(const absl::Status& status);

  bool finished() const { return finished_; }
  // Why it was finished here.
  const absl::Status& finish_status() const { return finish_status_; }
  bool greeted() const { return greeted_; }
  // Nothing has been heard for as long as a living neighbour is never silent.
  bool Silent(int64_t now_ns) const { return now_ns >= last_heard_ns_ + kLivenessTimeoutNs; }
  // Whether anything has been heard since the last call, or since the stream began.
  bool TakeHeard() { return std::exchange(heard_, false); }
  // The name that its first message gave, if it is well-formed; empty: none.
  const std::string& claimed_node() const { return claimed_node_; }
  // REQUIRES: greeted().
  const Hello& hello() const { return hello_; }

 private:
  absl::Status Take(const SenderMessage& message, int64_t now_ns);
  absl::Status OnHello(const Hello& hello);
  absl::Status OnBatch(const Batch& batch, int64_t now_ns);
  absl::StatusOr<RepairReply> Answer(int64_t now_ns);
  absl::Status Over(LinkLimit limit) const;
  Heartbeat AnswerTo(uint64_t beat);
  void WriteNext(int64_t now_ns);

  const LinkIdentity& own_;
  Table& table_;
  Env& env_;
  Transport& transport_;
  const Owner owner_;

  bool greeted_ = false;
  bool finished_ = false;
  absl::Status finish_status_;
  bool writing_ = false;
  bool hello_due_ = false;
  Hello hello_;
  std::string claimed_node_;
  int64_t last_heard_ns_;
  bool heard_ = false;
  MessageBudget messages_;
  uint64_t merged_number_ = 0;
  uint64_t acknowledged_number_ = 0;
  int64_t next_acknowledgement_ns_ = 0;
  uint64_t heartbeat_due_ = 0;             // number of the one to answer; 0: none
  std::optional<RepairRequest> question_;  // of repair, waiting for its turn
  int64_t next_answer_ns_ = 0;
  RecordBatch repair_batch_{kMaxBatchBytes};
};

}  // namespace proxyherd
