// The receiving end of one direction of a link: answers the hello, merges batches, acknowledges
// them: at once if the sender asks for that, otherwise with the next answer.
//
// A state machine without I/O, like LinkSender; one for each incoming stream. Accessed by the links
// thread only.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/counters.h"
#include "base/env.h"
#include "core/table.h"
#include "peer/protocol/close_reason.h"
#include "peer/protocol/handshake.h"
#include "peer/protocol/link_limits.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_timing.h"
#include "peer/protocol/merge_batch.h"

namespace proxyherd::peer {

class LinkReceiver {
 public:
  class Transport {
   public:
    virtual ~Transport() = default;
    // Reports OnWritten when done. Never called while a write is in flight.
    virtual void Write(ReceiverMessage message) = 0;
    // Ends the stream with this status. The stream must report no event afterwards.
    virtual void Finish(const absl::Status& status) = 0;
  };

  // The link that a stream belongs to once it has been admitted.
  class Owner {
   public:
    virtual ~Owner() = default;
    // Returns true if this node is ready for clients.
    virtual bool Serving() const = 0;
    // Returns the mask for the stream's records (see LinkSender::SplitHorizonMask).
    virtual FollowerMask SplitHorizon() const = 0;
    // A batch was merged.
    virtual void OnBatchMerged(const MergeCounts& counts, size_t bytes) = 0;
    virtual void OnRepairDone(const RepairDone& done) = 0;
    virtual void OnMembership(const MembershipUpdate& update) = 0;
    virtual void OnLimitHit(LinkLimit limit) = 0;
    // The stream has ended. This is the last call to the owner.
    virtual void OnIncomingEnded(const CloseReason& reason) = 0;
  };

  // Admits incoming streams, which belong to no link until then.
  class Gate {
   public:
    virtual ~Gate() = default;
    // Decides, given a valid hello, between this stream and an older one of the same neighbour.
    // Returns the owner, which must outlive the stream, or the reason for a refusal.
    virtual absl::StatusOr<Owner*> Admit(LinkReceiver& receiver, const Hello& hello) = 0;
    // This node has ended the stream without admitting it. `node`: the name in its first message,
    // if well-formed; otherwise empty.
    virtual void OnRefused(const absl::Status& status, const std::string& node) = 0;
  };

  // References must outlive the receiver. `flood_ages` gets the age of each record that is new
  // here: the time since its origin received it, by both nodes' clocks, whose difference can make
  // it negative.
  LinkReceiver(const LinkIdentity& own, Table& table, Env& env, Transport& transport, Gate& gate,
               LatencyHistogram& flood_ages);

  void Tick(int64_t now_ns);
  int64_t NextTimer() const;
  // Events of the stream.
  void OnMessage(const SenderMessage& message);
  void OnWritten();
  void OnClosed(const CloseReason& reason);
  // Ends the stream. OnClosed reports the end to the owner.
  void Finish(const absl::Status& status);
  // Ends the stream on behalf of its owner, which gets no further call.
  void Dismiss(const absl::Status& status);

  bool finished() const { return finished_; }
  bool greeted() const { return greeted_; }
  // Returns true if the neighbour has been silent for at least kLivenessTimeoutNs.
  bool Silent(int64_t now_ns) const { return now_ns >= last_heard_ns_ + kLivenessTimeoutNs; }
  // Returns true if anything has been heard since the last call, or since the stream began.
  bool TakeHeard() { return std::exchange(heard_, false); }
  // REQUIRES: greeted().
  const Hello& hello() const {
    assert(greeted_);
    return hello_;
  }

 private:
  // Ends the stream because of a fault of the neighbour; reports it to the owner or the gate.
  void Fail(const absl::Status& status);
  absl::Status Take(const SenderMessage& message, int64_t now_ns);
  absl::Status OnHello(const Hello& hello);
  absl::Status OnBatch(const Batch& batch, int64_t now_ns);
  absl::StatusOr<RepairReply> Answer(int64_t now_ns);
  absl::Status Over(LinkLimit limit) const;
  Heartbeat AnswerTo(uint64_t beat);
  uint64_t TakeMerged();
  void WriteNext(int64_t now_ns);

  const LinkIdentity& own_;
  Table& table_;
  Env& env_;
  Transport& transport_;
  Gate& gate_;
  LatencyHistogram& flood_ages_;

  Owner* owner_ = nullptr;  // from the hello until the end is reported
  bool greeted_ = false;
  bool finished_ = false;
  bool writing_ = false;
  bool hello_due_ = false;
  Hello hello_;
  std::string claimed_node_;
  int64_t last_heard_ns_;
  bool heard_ = false;
  MessageBudget messages_;
  uint64_t merged_number_ = 0;
  uint64_t acknowledged_number_ = 0;
  bool acknowledgement_due_ = false;  // as a message of its own, from next_acknowledgement_ns_ on
  int64_t next_acknowledgement_ns_ = 0;
  uint64_t heartbeat_due_ = 0;             // number of the heartbeat to answer; 0: none
  std::optional<RepairRequest> question_;  // repair question that is not answered yet
  int64_t next_answer_ns_ = 0;
  RecordBatch repair_batch_{kMaxBatchBytes};
};

}  // namespace proxyherd::peer
