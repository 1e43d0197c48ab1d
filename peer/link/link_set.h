// All links of a node: admission, readiness, membership, and what operators see of the links.
//
// No I/O, here or in its parts; accessed by the links thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/counters.h"
#include "base/env.h"
#include "core/table.h"
#include "peer/link/link.h"
#include "peer/link/link_receiver.h"
#include "peer/link/link_sender.h"
#include "peer/link/readiness.h"
#include "peer/link/refusal_log.h"
#include "peer/link/speech.h"
#include "peer/link/state_log.h"
#include "peer/membership/displacement.h"
#include "peer/membership/link_view.h"
#include "peer/membership/membership.h"
#include "peer/membership/membership_exchange.h"
#include "peer/protocol/close_reason.h"
#include "peer/protocol/handshake.h"

namespace proxyherd::peer {

class LinkSet : private Link::Owner, private LinkReceiver::Gate {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // See Link::Owner; called once for each link.
    virtual std::unique_ptr<LinkSender::Transport> MakeTransport(Link& link) = 0;
    // Called from any thread when a link has work; OnWake must then be called on the links thread.
    virtual void Wake() = 0;
    virtual void OnEvent(const LinkEvent& event) = 0;
    virtual void OnReady() {}
    // Another process of this node's name has taken its links, so this process must stop serving.
    // Called once, while an event is being handled.
    virtual void OnDisplaced() {}
    // True: this ready node hears neighbours but reaches none; false: it reaches one again.
    virtual void OnMute(bool /*mute*/) {}
    // The positions that a neighbour is known to hold have changed.
    virtual void OnHeld(const std::string& /*neighbour*/, const HeldPositions& /*held*/) {}
    // Returns the load for this node's membership entry.
    virtual LoadSample Load() { return {}; }
  };

  // References must outlive the set.
  LinkSet(LinkIdentity own, Table& table, Env& env, Owner& owner);
  ~LinkSet() override;

  // Before this call nothing is dialled and incoming streams are refused; the neighbours then dial
  // again.
  void Start() { started_ = true; }

  // Applies a changed herd file. New links are dialled, removed ones end, and the others continue
  // undisturbed, except that neighbours that have `moved` are dialled again at their new addresses.
  // The next membership entry publishes the change. Must not be called while an event is being
  // handled.
  void Reshape(HerdShape shape, const std::set<std::string>& moved);

  void Tick();
  int64_t NextTimer() const;

  // Resumes sending on the links that have called Owner::Wake.
  void OnWake();

  // Returns the receiver for the events of an incoming stream; nullptr if the stream was refused
  // and `transport` finished. The receiver lives until OnIncomingClosed; `transport` must outlive
  // it.
  LinkReceiver* Accept(LinkReceiver::Transport& transport);
  void OnIncomingClosed(LinkReceiver* receiver, const CloseReason& reason);

  // Publishes the state kDraining or kStopped with the next tick. A state never returns to an
  // earlier one.
  void PublishState(NodeState state);
  // See OwnMember::Post.
  absl::StatusOr<Announcement> PostAnnouncement(std::string text, int64_t lifetime_ns);
  const Membership& membership() const { return exchange_.membership(); }

  // From now on something waits for neighbours' acknowledgements (Flushed, FlushedTo): asks for
  // those of all batches, of the ones in flight by a heartbeat. Must not be called while an event
  // is being handled.
  void Hurry();
  // Ends all streams; nothing is dialled or accepted afterwards.
  void Stop();

  bool ready() const { return ready_; }
  // See Displacement. Never becomes false again.
  bool displaced() const { return displacement_.by().has_value(); }
  // Returns true if every linked neighbour has acknowledged all records of this node.
  bool Flushed() const;
  // Returns true if every linked neighbour has all changes before these ends of the feeds. Unlike
  // Flushed, it becomes true even while reports of other nodes keep coming in.
  bool FlushedTo(const FeedPositions& ends) const;
  // Number of neighbours to which this node's stream is up.
  size_t LinkedNeighbours() const;
  // Returns true if every linked neighbour has read all membership entries.
  bool MembershipRead() const;
  LinkSetView View() const;
  // Ages of the records that were new here: from receipt at the origin to the merge here, by both
  // nodes' clocks. May be read by any thread.
  const LatencyHistogram& flood_ages() const { return flood_ages_; }

 private:
  // Link::Owner and LinkReceiver::Gate
  std::unique_ptr<LinkSender::Transport> MakeTransport(Link& link) override;
  void Wake() override { owner_.Wake(); }
  bool Serving() const override { return ready_ && !displaced(); }
  void OnEvent(const LinkEvent& event) override { owner_.OnEvent(event); }
  void OnOutgoing(Link& link, LinkState to, const CloseReason& reason) override;
  void OnIncoming(Link& link) override;
  void OnRepaired(Link& link, bool neighbour_serving) override;
  void OnHeld(Link& link, const HeldPositions& held) override;
  void OnMembership(const MembershipUpdate& update, FollowerMask came_by) override;
  absl::StatusOr<LinkReceiver::Owner*> Admit(LinkReceiver& receiver, const Hello& hello) override;
  void OnRefused(const absl::Status& status, const std::string& node) override;

  void MakeLink(const std::string& neighbour);
  void End(Link& link);
  // Returns true if `holds` returns true for every link whose outgoing stream is up.
  bool AllLinked(const std::function<bool(const LinkSender&)>& holds) const;
  void CheckReady();
  // Tells Displacement the outcome of a dial.
  void OnHandshake(const std::string& neighbour, LinkState to, const CloseReason& reason);
  void BeDisplaced();
  std::string DisplacedText() const;
  std::string NotReadyReason() const;
  void CheckSpeech();
  void LogSpeech(const StateLog::Line& line);
  int64_t NextSpeechTimer() const;
  // Publishes this node's own membership entry if it has changed enough.
  void CheckOwnMember();
  void SendMembership();
  // Writes the log lines that are due (see StateLog and RefusalLog).
  void LogWhatIsDue();
  int64_t NextLogTimer() const;

  LinkIdentity own_;  // Reshape changes what comes from the herd file
  Table& table_;
  Env& env_;
  Owner& owner_;

  LatencyHistogram flood_ages_;
  // Number of dials of each link that has ended. A link that comes back continues from this number,
  // because the neighbour uses it to distinguish old streams from new ones.
  std::map<std::string, uint64_t> attempts_before_;
  Readiness readiness_;
  MembershipExchange exchange_;
  Displacement displacement_;
  Speech speech_;
  StateLog speech_log_;
  bool mute_ = false;
  int64_t next_expire_ns_;  // never, without expiry
  bool started_ = false;
  bool ready_ = false;
  bool stopped_ = false;
  uint64_t refused_ = 0;
  RefusalLog refusal_log_;

  std::map<std::string, std::unique_ptr<Link>> links_;
  std::list<std::unique_ptr<LinkReceiver>> receivers_;
};

}  // namespace proxyherd::peer
