// All links of a node: who is linked, readiness, the notices between them, and what people are told
// about them.
//
// Pure like its parts; everything happens on the links thread.
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

namespace proxyherd {

class LinkSet : private Link::Owner, private LinkReceiver::Gate {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // See Link::Owner; called once for each link.
    virtual std::unique_ptr<LinkSender::Transport> MakeTransport(Link& link) = 0;
    // From any thread when a link has something to do: OnWake is to be called on the links thread.
    virtual void Wake() = 0;
    virtual void OnEvent(const LinkEvent& event) = 0;
    virtual void OnReady() {}
    // Another process of this node's name has taken its links: it is to serve no longer. Once, in
    // the midst of an event.
    virtual void OnDisplaced() {}
    // A node that was ready hears its neighbours and cannot speak to them, or no longer so.
    virtual void OnMute(bool /*mute*/) {}
    // What a neighbour is known to hold has changed.
    virtual void OnHeld(const std::string& /*neighbour*/, const HeldPositions& /*held*/) {}
    // The load that the notice of this node announces.
    virtual LoadSample Load() { return {}; }
  };

  // References must outlive the set.
  LinkSet(LinkIdentity own, Table& table, Env& env, Owner& owner);
  ~LinkSet() override;

  // Before, nothing is dialled, and streams that come in are refused: their neighbours dial again.
  void Start() { started_ = true; }

  // The herd file describes other nodes or links now. Links that are new are dialled, those that
  // are gone end, and the others go on undisturbed; but those with neighbours that have `moved` to
  // another address are dialled anew there. The herd hears of it with the next notice. Not to be
  // called in the midst of an event.
  void Reshape(HerdShape shape, const std::set<std::string>& moved);

  void Tick();
  int64_t NextTimer() const;

  // Links that have called Owner::Wake go on.
  void OnWake();

  // A new incoming stream, whose events are the receiver's from now on. nullptr: refused, and the
  // transport has been finished. The receiver stays until OnIncomingClosed; `transport` must stay
  // as long.
  LinkReceiver* Accept(LinkReceiver::Transport& transport);
  void OnIncomingClosed(LinkReceiver* receiver, const CloseReason& reason);

  // Tells the herd, with the next tick, that this node is kDraining or kStopped. States never go
  // back.
  void Tell(NodeState state);
  // See OwnMember::Post.
  absl::StatusOr<Announcement> PostNotice(std::string text, int64_t lifetime_ns);
  const Membership& board() const { return membership_.board(); }

  // Ends all streams; nothing is dialled or accepted afterwards.
  void Stop();

  bool ready() const { return ready_; }
  // See Displacement; for ever.
  bool displaced() const { return displacement_.by().has_value(); }
  // Every linked neighbour has acknowledged everything.
  bool Flushed() const;
  // Every linked neighbour has all that had changed when the feeds ended there: comes about also
  // while others' reports pass through.
  bool FlushedTo(const FeedPositions& ends) const;
  // Neighbours to whom this node's stream is up.
  size_t LinkedNeighbours() const;
  // Every linked neighbour has read all notices.
  bool MembershipRead() const;
  LinkSetView View() const;
  // Age of each record that a link brought first: from its receipt at its origin to its merge here,
  // by the clocks of both nodes. May be read by any thread.
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
  void OnMembership(const MembershipUpdate& notices, FollowerMask came_by) override;
  absl::StatusOr<LinkReceiver::Owner*> Admit(LinkReceiver& receiver, const Hello& hello) override;
  void OnRefused(const absl::Status& status, const std::string& node) override;

  void MakeLink(const std::string& neighbour);
  void End(Link& link);
  // Whether it holds for each link whose outgoing stream is up.
  bool AllLinked(const std::function<bool(const LinkSender&)>& holds) const;
  void CheckReady();
  // The outcome of an attempt to dial.
  void OnHandshake(const std::string& neighbour, LinkState to, const CloseReason& reason);
  void BeDisplaced();
  std::string DisplacedText() const;
  std::string NotReadyReason() const;
  void CheckSpeech();
  void LogSpeech(const StateLog::Line& line);
  int64_t NextSpeechTimer() const;
  // Looks whether this node has something to tell of itself, and tells it.
  void CheckOwnMember();
  void SendMembership();
  // Lines of the log, see StateLog and RefusalLog.
  void LogWhatIsDue();
  int64_t NextLogTimer() const;

  LinkIdentity own_;  // its herd file's part changes by Reshape
  Table& table_;
  Env& env_;
  Owner& owner_;

  LatencyHistogram flood_ages_;
  // Of links that have ended, how often they were dialled: one that comes back counts on, since the
  // neighbour tells old streams from new ones by it.
  std::map<std::string, uint64_t> attempts_before_;
  Readiness readiness_;
  MembershipExchange membership_;
  Displacement displacement_;
  Speech speech_;
  StateLog speech_log_;
  bool mute_ = false;
  int64_t next_expire_ns_ = 0;
  bool started_ = false;
  bool ready_ = false;
  bool stopped_ = false;
  uint64_t refused_ = 0;
  RefusalLog refusal_log_;

  std::map<std::string, std::unique_ptr<Link>> links_;
  std::list<std::unique_ptr<LinkReceiver>> receivers_;
};

}  // namespace proxyherd
