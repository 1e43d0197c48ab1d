// One direction of a link, seen from the node that pushes: dials its neighbour, shakes hands, and
// sends what changes, for ever.
//
// A pure state machine: events and the time come in by calls, effects go out through Transport.
// Everything happens on the links thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/env.h"
#include "core/cursor.h"
#include "core/table.h"
#include "peer/link/batch_size.h"
#include "peer/link/membership_pace.h"
#include "peer/protocol/close_reason.h"
#include "peer/protocol/handshake.h"
#include "peer/protocol/link_limits.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_state.h"
#include "peer/protocol/link_timing.h"
#include "peer/protocol/merge_batch.h"
#include "peer/repair/agreement.h"
#include "peer/repair/repair_session.h"

namespace proxyherd {

class LinkSender {
 public:
  // What the sender makes happen. Calls must return before their answer comes in as an event.
  class Transport {
   public:
    virtual ~Transport() = default;
    // Opens a new stream and writes the hello on it. Answered by OnWritten or OnClosed.
    virtual void Open(const Hello& hello) = 0;
    // Answered by OnWritten or OnClosed. Never called while a write is in flight.
    virtual void Write(SenderMessage message) = 0;
    // Ends the stream, if there is one; no event of it comes in afterwards.
    virtual void Close() = 0;
  };
  // What the sender asks its owner, and tells it.
  struct Owner {
    // Whether this node is ready for clients.
    std::function<bool()> serving;
    // See Cursor; the owner is to call OnWake on the links thread.
    std::function<void()> wake;
    // Every change of state with its reason; when down, also in how long it dials again (-1:
    // never).
    std::function<void(LinkState to, const CloseReason& reason, int64_t retry_in_ns)> state;
    // Records that came with answers of repair.
    std::function<void(const MergeCounts&, size_t bytes)> merged;
    // A repair session has ended: each of the two knows what the other knew when it began.
    std::function<void(bool neighbour_serving)> repaired;
    // The notices to send next; none: all are told. After kUp those known are sent whole.
    std::function<MembershipUpdate()> notices;
  };

  // All references must outlive the sender. `agreement` is the link's; told by its two ends.
  // `attempts`: how often this process has dialled the neighbour before.
  LinkSender(const LinkIdentity& own, std::string neighbour, Table& table, Env& env,
             Transport& transport, Agreement& agreement, Owner owner, uint64_t attempts);

  // Does what is due at `now_ns` (monotonic); to be called at the latest at NextTimer().
  void Tick(int64_t now_ns);
  int64_t NextTimer() const;

  void OnWritten(int64_t now_ns);
  void OnMessage(ReceiverMessage message, int64_t now_ns);
  void OnClosed(const CloseReason& reason, int64_t now_ns) {
    if (state_ != LinkState::kDown) Fail(reason, now_ns);
  }
  void OnWake(int64_t now_ns);
  // There may be notices to send.
  void OnMembership(int64_t now_ns);
  // The neighbour has dialled us: it is there, so dial it without further delay; and if the end of
  // the link that it asks from knows nothing of this process, repair is needed.
  void OnNeighbourSeen(const Hello& hello, int64_t now_ns);
  // The neighbour's process of that epoch, which asks the questions of repair, has ended a session.
  void OnRepairDone(const RepairDone& done, uint64_t neighbour_epoch_ns);
  // Ends the stream, if there is one, and dials at once.
  void Redial(const CloseReason& reason, int64_t now_ns);
  // Closes the stream and dials no more.
  void Stop(const CloseReason& reason);

  LinkState state() const { return state_; }
  const std::string& neighbour() const { return neighbour_; }
  const std::string& reason() const { return reason_; }  // why it is not up
  const SenderCounters& counters() const { return counters_; }
  // This end asks the questions of repair.
  bool asks() const { return own_.node < neighbour_; }
  bool repairing() const { return state_ == LinkState::kUp && asks() && session_.repairing(); }
  // The neighbour's present process has what this node knew before its changes began to flow there.
  bool complete() const { return state_ == LinkState::kUp && complete_; }
  int64_t round_trip_ns() const { return round_trip_ns_; }
  uint64_t lag_records() const { return cursor_.Lag(); }
  // Last heartbeat of the neighbour on this stream, if there was one.
  const std::optional<Heartbeat>& neighbour_beat() const { return neighbour_beat_; }
  // How far the neighbour's clock is ahead of ours, as well as a round trip can tell.
  int64_t clock_ahead_ns() const { return clock_ahead_ns_; }
  // The neighbour has acknowledged all that this node knows.
  bool Flushed() const { return !repairing() && unacknowledged_.empty() && cursor_.Lag() == 0; }
  // The neighbour has all that had changed when the feeds ended there, or newer; more may be on its
  // way.
  bool HasAllBefore(const FeedPositions& ends) const;
  // The neighbour has read all notices.
  bool MembershipRead() const {
    return membership_pace_.Read(neighbour_beat_.has_value() ? neighbour_beat_->number : 0);
  }
  // What marks this link in masks.
  FollowerMask mask() const { return cursor_.Mask(); }

  // What the neighbour's present process is known to hold, as places in this node's feed; nothing
  // while it is not linked. What repair brings lies before the place where the changes began.
  HeldPositions Held() const;
  // Differs whenever Held has changed.
  struct HeldVersion {
    uint64_t progress = 0;
    bool up = false;
    bool complete = false;
    bool operator==(const HeldVersion&) const = default;
  };
  HeldVersion held_version() const {
    return {cursor_.progress(), state_ == LinkState::kUp, complete_};
  }

  // What marks a record that came by this link from the neighbour of that epoch, for split horizon:
  // only the process that this sender talks to is known to still have it.
  FollowerMask SplitHorizonMask(uint64_t neighbour_epoch_ns) const {
    return state_ == LinkState::kUp && neighbour_epoch_ns == neighbour_epoch_ns_ ? cursor_.Mask()
                                                                                 : 0;
  }

 private:
  struct Sent {
    uint64_t number;
    FeedPositions feed;
    bool repair;
    size_t bytes;
    int64_t written_at_ns;
  };

  void ChangeState(LinkState to, const CloseReason& reason, int64_t retry_in_ns = -1);
  void Dial(int64_t now_ns);
  void Fail(const CloseReason& reason, int64_t now_ns);
  void OnHello(const Hello& hello, int64_t now_ns);
  void OnAcknowledgement(const Acknowledgement& acknowledgement, int64_t now_ns);
  void OnHeartbeat(const Heartbeat& heartbeat, int64_t now_ns);
  void FailOver(LinkLimit limit, int64_t now_ns);
  void OnRepairReply(const RepairReply& reply, int64_t now_ns);
  // A session that began before this end did cannot know what it left to repair.
  bool IsCovered() const {
    return covered_epoch_ns_ == neighbour_epoch_ns_ && covered_attempt_ >= began_attempt_;
  }
  void WriteNext(int64_t now_ns);
  bool WriteHeartbeatIfDue(int64_t now_ns);
  bool WriteMembership(int64_t now_ns);
  bool WriteRepair(int64_t now_ns);
  bool WriteChanges(int64_t now_ns);
  void WriteBatch(bool repair, int64_t now_ns);

  // Constant after construction.
  const LinkIdentity& own_;
  const std::string neighbour_;
  Table& table_;
  Env& env_;
  Transport& transport_;
  Agreement& agreement_;
  const Owner owner_;

  // Of all attempts.
  Cursor cursor_;
  RecordBatch batch_{kMaxBatchBytes};
  LinkState state_ = LinkState::kDown;
  std::string reason_ = "not dialled yet";
  SenderCounters counters_;
  bool stopped_ = false;
  int64_t backoff_ns_ = kFirstBackoffNs;
  int64_t dial_at_ns_ = 0;
  uint64_t neighbour_epoch_ns_ = 0;  // 0: never spoken to
  FeedPositions dialled_at_{};       // what changed after the last dial
  uint64_t began_attempt_ = 0;       // the attempt whose stream brought the first changes
  uint64_t covered_epoch_ns_ = 0;    // of the process that ended the neighbour's last session
  uint64_t covered_attempt_ = 0;     // of ours, that this session covers
  bool complete_ = false;
  RepairSession session_;

  // Of the present stream.
  bool writing_ = false;
  bool cursor_idle_ = false;
  bool repair_turn_ = false;
  uint64_t next_number_ = 1;
  BatchSize batch_size_;
  std::deque<Sent> unacknowledged_;
  size_t repair_unacknowledged_ = 0;  // of them
  int64_t last_heard_ns_ = 0;
  MessageBudget messages_;
  int64_t next_heartbeat_ns_ = 0;
  int64_t next_batch_ns_ = 0;
  MembershipPace membership_pace_;
  int64_t asked_at_ns_ = 0;     // the last question of repair
  uint64_t beats_ = 0;          // written so far
  uint64_t measured_beat_ = 0;  // whose answer is awaited, to measure the round trip; 0: none
  int64_t measured_since_ns_ = 0;
  int64_t measured_clock_ns_ = 0;
  int64_t round_trip_ns_ = 0;
  int64_t clock_ahead_ns_ = 0;
  std::optional<Heartbeat> neighbour_beat_;
};

}  // namespace proxyherd
