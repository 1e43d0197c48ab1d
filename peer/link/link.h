// One link of a node: its stream to a neighbour, the neighbour's stream to it, and the state of
// both.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/env.h"
#include "core/table.h"
#include "peer/link/link_log.h"
#include "peer/link/link_receiver.h"
#include "peer/link/link_sender.h"
#include "peer/membership/link_view.h"
#include "peer/membership/membership.h"
#include "peer/protocol/close_reason.h"
#include "peer/protocol/handshake.h"
#include "peer/repair/agreement.h"

namespace proxyherd::peer {

// No I/O; accessed by the links thread only. A link is destroyed when it is no longer in the herd
// file, but never during an event of its streams. Its transport is destroyed with it and reports no
// event afterwards.
class Link final : private LinkSender::Owner, private LinkReceiver::Owner {
 public:
  // The node that a link belongs to: answers the link's questions and receives its reports.
  class Owner {
   public:
    virtual ~Owner() = default;
    // Returns the transport of the link's sender, which must report the events of its streams to
    // `link`. The link is still under construction: only its neighbour() may be used.
    virtual std::unique_ptr<LinkSender::Transport> MakeTransport(Link& link) = 0;
    // Called from any thread. Must cause a call of OnWake on the links thread.
    virtual void Wake() = 0;
    // Returns true if this node is ready for clients.
    virtual bool Serving() const = 0;
    // Logs an event.
    virtual void OnEvent(const LinkEvent& event) = 0;
    // The outgoing stream has changed its state.
    virtual void OnOutgoing(Link& link, LinkState to, const CloseReason& reason) = 0;
    // The incoming stream has come up or gone down; hears() tells which.
    virtual void OnIncoming(Link& link) = 0;
    // A session of repair has ended. `neighbour_serving`: the neighbour was ready for clients.
    virtual void OnRepaired(Link& link, bool neighbour_serving) = 0;
    // The positions that the neighbour is known to hold have changed.
    virtual void OnHeld(Link& link, const HeldPositions& held) = 0;
    // The neighbour has sent membership entries. `came_by`: see Feed.
    virtual void OnMembership(const MembershipUpdate& update, FollowerMask came_by) = 0;
  };
  // What all links of a node share.
  struct Node {
    const LinkIdentity& own;
    Table& table;
    Env& env;
    const Membership& membership;
  };

  // References must outlive the link. `attempts`: see LinkSender.
  Link(const Node& node, std::string neighbour, Owner& owner, uint64_t attempts);
  ~Link() override;

  // Events of the outgoing stream.
  void OnWritten();
  void OnMessage(ReceiverMessage message);
  void OnClosed(const CloseReason& reason);

  // The neighbour has opened a stream with this hello. See LinkReceiver::Gate.
  absl::StatusOr<LinkReceiver::Owner*> Admit(LinkReceiver& receiver, const Hello& hello);

  // Does what is due at `now_ns`; must be called at NextTimer() at the latest.
  void Tick(int64_t now_ns);
  int64_t NextTimer() const { return sender_.NextTimer(); }
  // Logs events that had to wait; must be called at NextLogTimer() at the latest.
  void LogWhatIsDue(int64_t now_ns);
  int64_t NextLogTimer() const { return log_.NextTimer(); }

  // Resumes sending if this link has called Owner::Wake since the last call.
  void OnWake();
  // There may be membership entries to send.
  void OnNews();
  // Updates the hash of the neighbour's herd file if the membership has a newer one.
  void LearnTopology();
  // This node's herd file has changed.
  void OnReshaped() { same_topology_ = HasOurTopology(); }
  // Ends the outgoing stream, if any, and dials again immediately.
  void Redial(const CloseReason& reason);
  // See LinkSet::Hurry.
  void Hurry();
  // Ends the outgoing stream and stops dialling.
  void Stop(const CloseReason& reason);
  // Ends both streams, because the link is no longer in the herd file.
  void End();

  const std::string& neighbour() const { return neighbour_; }
  // Returns true if the outgoing stream is up.
  bool speaks() const { return sender_.state() == LinkState::kUp; }
  // Returns true if an incoming stream is up.
  bool hears() const { return incoming_ != nullptr; }
  const LinkSender& sender() const { return sender_; }
  LinkView View() const;

 private:
  // LinkSender::Owner and LinkReceiver::Owner
  bool Serving() const override { return owner_.Serving(); }
  void Wake() override;
  void OnOutgoingState(LinkState to, const CloseReason& reason, int64_t retry_in_ns) override;
  void OnAnswerMerged(const MergeCounts& counts, size_t bytes) override;
  void OnRepaired(bool neighbour_serving) override;
  MembershipUpdate TakeMembership() override;
  FollowerMask SplitHorizon() const override;
  void OnBatchMerged(const MergeCounts& counts, size_t bytes) override;
  void OnRepairDone(const RepairDone& done) override;
  void OnMembership(const MembershipUpdate& update) override;
  void OnLimitHit(LinkLimit limit) override { ++received_.limits[limit]; }
  void OnIncomingEnded(const CloseReason& reason) override;

  bool HasOurTopology() const;
  void Warn(bool& same, bool same_now, const char* what);
  void Say(const std::optional<LinkEvent>& event);
  // Called after each event of the sender.
  void ReportHeld();

  const Node node_;
  const std::string neighbour_;
  Owner& owner_;

  std::atomic<bool> woken_{false};
  Agreement agreement_;
  LinkLog log_;
  LinkReceiver* incoming_ = nullptr;  // past the handshake; else nullptr
  ReceiverCounters received_;         // records and limit hits of both streams
  uint64_t topology_hash_ = 0;        // of the neighbour's herd file; 0: not known
  bool same_topology_ = true;
  bool same_expiry_ = true;
  Membership::Follower membership_;
  LinkSender::HeldVersion reported_;  // last reported to OnHeld
  const std::unique_ptr<LinkSender::Transport> transport_;
  LinkSender sender_;
};

}  // namespace proxyherd::peer
