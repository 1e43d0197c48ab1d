// One direction of a link, seen from the node that pushes: dials its neighbour, shakes hands, and
// sends what changes, for ever.
//
// A pure state machine: events and the time come in by calls, effects go out through Transport.
// Everything happens on the links thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "base/backoff.h"
#include "base/env.h"
#include "core/cursor.h"
#include "core/table.h"
#include "peer/link/batch_source.h"
#include "peer/link/coverage.h"
#include "peer/link/heartbeat_clock.h"
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
  class Owner {
   public:
    virtual ~Owner() = default;
    // Whether this node is ready for clients.
    virtual bool Serving() const = 0;
    // From any thread, see Cursor: OnWake is to be called on the links thread.
    virtual void Wake() = 0;
    // Every change of state with its reason; when down, also in how long it dials again (-1:
    // never).
    virtual void OnOutgoingState(LinkState to, const CloseReason& reason, int64_t retry_in_ns) = 0;
    // Records that came with an answer of repair.
    virtual void OnAnswerMerged(const MergeCounts& counts, size_t bytes) = 0;
    // A repair session has ended: each of the two knows what the other knew when it began.
    virtual void OnRepaired(bool neighbour_serving) = 0;
    // The notices to send next; none: all are told. After kUp those known are sent whole.
    virtual MembershipUpdate TakeNotices() = 0;
  };

  // All references must outlive the sender. `agreement` is the link's; told by its two ends.
  // `attempts`: how often this process has dialled the neighbour before.
  LinkSender(const LinkIdentity& own, std::string neighbour, Table& table, Env& env,
             Transport& transport, Agreement& agreement, Owner& owner, uint64_t attempts);

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
  bool complete() const { return state_ == LinkState::kUp && coverage_.complete(); }
  int64_t round_trip_ns() const { return beats_.round_trip_ns(); }
  uint64_t lag_records() const { return batches_.cursor().Lag(); }
  // Last heartbeat of the neighbour on this stream, if there was one.
  const std::optional<Heartbeat>& neighbour_beat() const { return beats_.answer(); }
  // How far the neighbour's clock is ahead of ours, as well as a round trip can tell.
  int64_t clock_ahead_ns() const { return beats_.clock_ahead_ns(); }
  // The neighbour has acknowledged all that this node knows.
  bool Flushed() const { return !repairing() && batches_.Flushed(); }
  // The neighbour has all that had changed when the feeds ended there, or newer; more may be on its
  // way.
  bool HasAllBefore(const FeedPositions& ends) const;
  // The neighbour has read all notices.
  bool MembershipRead() const { return membership_pace_.Read(beats_.answered_beat()); }
  // What marks this link in masks.
  FollowerMask mask() const { return batches_.cursor().Mask(); }

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
    return {batches_.cursor().progress(), state_ == LinkState::kUp, coverage_.complete()};
  }

  // What marks a record that came by this link from the neighbour of that epoch, for split horizon:
  // only the process that this sender talks to is known to still have it.
  FollowerMask SplitHorizonMask(uint64_t neighbour_epoch_ns) const {
    return state_ == LinkState::kUp && neighbour_epoch_ns == coverage_.epoch_ns() ? mask() : 0;
  }

 private:
  void ChangeState(LinkState to, const CloseReason& reason, int64_t retry_in_ns = -1);
  void Dial(int64_t now_ns);
  void Fail(const CloseReason& reason, int64_t now_ns);
  void OnHello(const Hello& hello, int64_t now_ns);
  void OnAcknowledgement(const Acknowledgement& acknowledgement, int64_t now_ns);
  void OnHeartbeat(const Heartbeat& heartbeat, int64_t now_ns);
  void FailOver(LinkLimit limit, int64_t now_ns);
  void OnRepairReply(const RepairReply& reply, int64_t now_ns);
  void WriteNext(int64_t now_ns);
  bool WriteHeartbeatIfDue(int64_t now_ns);
  bool WriteMembership(int64_t now_ns);
  bool WriteRepair(int64_t now_ns);
  bool WriteChanges(int64_t now_ns);
  void Write(SenderMessage message);

  // Constant after construction.
  const LinkIdentity& own_;
  const std::string neighbour_;
  Table& table_;
  Env& env_;
  Transport& transport_;
  Agreement& agreement_;
  Owner& owner_;

  // Of all attempts.
  LinkState state_ = LinkState::kDown;
  std::string reason_ = "not dialled yet";
  SenderCounters counters_;
  bool stopped_ = false;
  Backoff backoff_{{kFirstBackoffNs, kMaxBackoffNs, kBackoffGrowthPercent}};
  int64_t dial_at_ns_ = 0;
  int64_t connect_until_ns_ = 0;
  Coverage coverage_;
  BatchSource batches_;
  RepairSession session_;

  // Of the present stream.
  bool writing_ = false;
  bool repair_turn_ = false;
  HeartbeatClock beats_;
  MembershipPace membership_pace_;
  MessageBudget messages_;
};

}  // namespace proxyherd
