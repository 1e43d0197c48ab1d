// The sending end of one direction of a link: dials its neighbour, does the handshake and sends
// changes; dials again after every end.
//
// A state machine without I/O: events and the time come in as calls, effects go out through
// Transport. Accessed by the links thread only.
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

namespace proxyherd::peer {

class LinkSender {
 public:
  // The sender's effects. A call must return before its completion is reported as an event.
  class Transport {
   public:
    virtual ~Transport() = default;
    // Opens a new stream and writes the hello on it. Reports OnWritten or OnClosed when done.
    virtual void Open(const Hello& hello) = 0;
    // Reports OnWritten or OnClosed when done. Never called while a write is in flight.
    virtual void Write(SenderMessage message) = 0;
    // Ends the stream, if any, which must report no event afterwards.
    virtual void Close() = 0;
  };
  // Answers the sender's questions and receives its reports.
  class Owner {
   public:
    virtual ~Owner() = default;
    // Returns true if this node is ready for clients.
    virtual bool Serving() const = 0;
    // Called from any thread (see Cursor). OnWake must then be called on the links thread.
    virtual void Wake() = 0;
    // The state has changed, for this reason. In state kDown, `retry_in_ns` is the time until the
    // next dial (-1: never).
    virtual void OnOutgoingState(LinkState to, const CloseReason& reason, int64_t retry_in_ns) = 0;
    // Records of a repair answer were merged.
    virtual void OnAnswerMerged(const MergeCounts& counts, size_t bytes) = 0;
    // A repair session has ended: each end has all records that the other end had when it began.
    virtual void OnRepaired(bool neighbour_serving) = 0;
    // Returns the membership entries to send next; empty if all have been sent. After kUp it
    // returns all known ones.
    virtual MembershipUpdate TakeMembership() = 0;
  };

  // References must outlive the sender. `agreement` belongs to the Link, which also updates it.
  // `attempts`: how often this process has dialled the neighbour so far.
  LinkSender(const LinkIdentity& own, std::string neighbour, Table& table, Env& env,
             Transport& transport, Agreement& agreement, Owner& owner, uint64_t attempts);

  // Does what is due at `now_ns` (monotonic); must be called at NextTimer() at the latest.
  void Tick(int64_t now_ns);
  int64_t NextTimer() const;

  void OnWritten(int64_t now_ns);
  void OnMessage(ReceiverMessage message, int64_t now_ns);
  void OnClosed(const CloseReason& reason, int64_t now_ns) {
    if (state_ != LinkState::kDown) Fail(reason, now_ns);
  }
  void OnWake(int64_t now_ns);
  // There may be membership entries to send.
  void OnMembership(int64_t now_ns);
  // The neighbour has dialled this node, so it is running: dials it without further delay. If the
  // neighbour's sender has not reached this process before, repair is needed.
  void OnNeighbourSeen(const Hello& hello, int64_t now_ns);
  // The neighbour's process of that epoch, which asks the repair questions, has ended a session.
  void OnRepairDone(const RepairDone& done, uint64_t neighbour_epoch_ns);
  // Ends the stream, if any, and dials immediately.
  void Redial(const CloseReason& reason, int64_t now_ns);
  // LinkIdentity::awaits_acknowledgements has been set: the acknowledgements of all batches in
  // flight must come at once.
  void Hurry(int64_t now_ns);
  // Closes the stream and stops dialling.
  void Stop(const CloseReason& reason);

  LinkState state() const { return state_; }
  const std::string& neighbour() const { return neighbour_; }
  const std::string& reason() const { return reason_; }  // why the state is not kUp
  const SenderCounters& counters() const { return counters_; }
  // Returns true if this end asks the repair questions.
  bool asks() const { return own_.node < neighbour_; }
  bool repairing() const { return state_ == LinkState::kUp && asks() && session_.repairing(); }
  // Returns true if the neighbour's present process has the records from before the time when
  // changes began to flow to it.
  bool complete() const { return state_ == LinkState::kUp && coverage_.complete(); }
  int64_t round_trip_ns() const { return beats_.round_trip_ns(); }
  uint64_t lag_records() const { return batches_.cursor().Lag(); }
  // The last heartbeat of the neighbour on this stream, if any.
  const std::optional<Heartbeat>& neighbour_beat() const { return beats_.answer(); }
  // The neighbour's clock minus ours, with an error of at most a round trip.
  int64_t clock_ahead_ns() const { return beats_.clock_ahead_ns(); }
  // Returns true if the neighbour has acknowledged all records of this node.
  bool Flushed() const { return !repairing() && batches_.Flushed(); }
  // Returns true if the neighbour has all changes before these ends of the feeds, or newer versions
  // of them. Later changes may still be in flight.
  bool HasAllBefore(const FeedPositions& ends) const;
  // Returns true if the neighbour has read all membership entries.
  bool MembershipRead() const { return membership_pace_.Read(beats_.answered_beat()); }
  // The bit of this link in masks.
  FollowerMask mask() const { return batches_.cursor().Mask(); }

  // Returns the positions in this node's feed up to which the neighbour's present process is known
  // to have the records; none while the link is down. Records that repair sends lie before the
  // position where the changes began.
  HeldPositions Held() const;
  // Identifies a result of Held: if the version is the same, so is the result.
  struct HeldVersion {
    uint64_t progress = 0;
    bool up = false;
    bool complete = false;
    bool operator==(const HeldVersion&) const = default;
  };
  HeldVersion held_version() const {
    return {batches_.cursor().progress(), state_ == LinkState::kUp, coverage_.complete()};
  }

  // Returns the split-horizon mask of a record that came from the neighbour's process of that
  // epoch: 0 unless this sender is connected to the same process.
  FollowerMask SplitHorizonMask(uint64_t neighbour_epoch_ns) const {
    return state_ == LinkState::kUp && neighbour_epoch_ns == coverage_.epoch_ns() ? mask() : 0;
  }

 private:
  void ChangeState(LinkState to, const CloseReason& reason, int64_t retry_in_ns = -1);
  void Dial(int64_t now_ns);
  void Fail(const CloseReason& reason, int64_t now_ns);
  void OnHello(const Hello& hello, int64_t now_ns);
  bool TakeAcknowledgement(uint64_t batch_number, int64_t now_ns);
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

  // State that lasts across streams.
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

  // State of the present stream.
  bool writing_ = false;
  bool repair_turn_ = false;
  HeartbeatClock beats_;
  MembershipPace membership_pace_;
  MessageBudget messages_;
};

}  // namespace proxyherd::peer
