// All links of a node: a sender and the present incoming stream for each neighbour, readiness, and
// what people are told about them.
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
#include "base/env.h"
#include "core/table.h"
#include "peer/link/line_budget.h"
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
#include "peer/repair/agreement.h"

namespace proxyherd {

class LinkSet {
 public:
  struct Callbacks {
    // Makes the transport of the sender to a neighbour; called once for each link.
    std::function<std::unique_ptr<LinkSender::Transport>(const std::string& neighbour)> dialler;
    // Called from any thread when the sender to a neighbour has something to do: the owner calls
    // OnWake on the links thread.
    std::function<void(const std::string& neighbour)> wake;
    std::function<void(const LinkEvent&)> event;
    std::function<void()> ready;
    // Another process of this node's name has taken its links: it is to serve no longer. Once, in
    // the midst of an event; nullptr: not wanted.
    std::function<void()> displaced;
    // A node that was ready hears its neighbours and cannot speak to them, or no longer so.
    // nullptr: likewise.
    std::function<void(bool mute)> mute;
    // The age of each record that a link brought first, in ns; may be negative by clocks that
    // differ.
    std::function<void(int64_t age_ns)> flooded;
    // What a neighbour is known to hold has changed; nullptr: nobody wants to know.
    std::function<void(const std::string& neighbour, const HeldPositions& held)> held;
    // For the notice of this node; nullptr: it has nothing to tell of its load.
    std::function<LoadSample()> load;
  };

  // References must outlive the set.
  LinkSet(LinkIdentity own, Table& table, Env& env, Callbacks callbacks);
  ~LinkSet();

  // Before, nothing is dialled, and streams that come in are refused: their neighbours dial again.
  void Start() { started_ = true; }

  // The herd file describes other nodes or links now. Links that are new are dialled, those that
  // are gone end, and the others go on undisturbed; but those with neighbours that have `moved` to
  // another address are dialled anew there. The herd hears of it with the next notice.
  void Reshape(HerdShape shape, const std::set<std::string>& moved);

  void Tick();
  int64_t NextTimer() const;

  // Events of the outgoing stream to a neighbour.
  void OnOutgoingWritten(const std::string& neighbour);
  void OnOutgoingMessage(const std::string& neighbour, ReceiverMessage message);
  void OnOutgoingClosed(const std::string& neighbour, const CloseReason& reason);
  void OnWake(const std::string& neighbour);

  // A new incoming stream. nullptr: refused, and the transport has been finished. The receiver
  // stays until OnIncomingClosed; `transport` must stay as long.
  LinkReceiver* Accept(LinkReceiver::Transport& transport);
  void OnIncomingMessage(LinkReceiver* receiver, const SenderMessage& message);
  void OnIncomingWritten(LinkReceiver* receiver);
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

 private:
  struct Link {
    explicit Link(int64_t now_ns) : agreement(now_ns) {}

    std::unique_ptr<LinkSender::Transport> transport;
    Agreement agreement;
    std::unique_ptr<LinkSender> sender;
    LinkReceiver* incoming = nullptr;  // past the handshake
    uint64_t topology_hash = 0;        // of the neighbour's herd file; 0: not known
    bool same_topology = true;
    bool same_expiry = true;
    ReceiverCounters received;
    LinkSender::HeldVersion held_told;
    Membership::Follower notices;
    // Of the log.
    StateLog outgoing_log;
    StateLog incoming_log;
    LineBudget warnings{kLogBurst, kLogIntervalNs};
    std::string incoming_reason;  // why it went down last
  };

  void MakeSender(const std::string& neighbour);
  void End(const std::string& neighbour, Link& link);
  void Warn(bool& same, bool same_now, Link& link, const std::string& neighbour, const char* what);
  bool HasOurTopology(const Link& link) const;
  static void Add(const MergeCounts& counts, size_t bytes, ReceiverCounters& received);
  absl::Status Admit(LinkReceiver* receiver, const Hello& hello);
  // The link of a receiver past its hello.
  Link* LinkOf(const LinkReceiver* receiver);
  void Left(LinkReceiver* receiver, const CloseReason& reason);
  // Runs an event of a receiver, and sees to it when the receiver ends its stream by it.
  template <typename Event>
  void Run(LinkReceiver* receiver, Event event);
  // Runs an event of a sender, if there is still such a link.
  template <typename Event>
  void Run(const std::string& neighbour, Event event);
  void CheckReady();
  // The outcome of an attempt to dial.
  void OnHandshake(const std::string& neighbour, LinkState to, const CloseReason& reason);
  void OnDisplaced();
  std::string DisplacedText() const;
  std::string NotReadyReason() const;
  void CheckSpeech();
  void LogSpeech(const StateLog::Line& line);
  int64_t NextSpeechTimer() const;
  // Looks whether this node has something to tell of itself, and tells it.
  void CheckOwnMember();
  void LearnTopology(const std::string& neighbour, Link& link);
  void MergeMembership(LinkReceiver* receiver, const MembershipUpdate& notices);
  void SendMembership();
  // After an event of a sender.
  void TellHeld(const std::string& neighbour, Link& link);
  void Refused(const absl::Status& status, const std::string& node);
  void OnSenderState(const std::string& neighbour, LinkState to, const CloseReason& reason,
                     int64_t retry_in_ns);
  // Lines of the log, see StateLog and RefusalLog.
  void LogOutgoing(const std::string& neighbour, const StateLog::Line& line, int64_t retry_in_ns);
  void LogIncoming(const std::string& neighbour, const StateLog::Line& line);
  void LogWhatIsDue();
  int64_t NextLogTimer() const;

  LinkIdentity own_;  // its herd file's part changes by Reshape
  Table& table_;
  Env& env_;
  const Callbacks callbacks_;

  std::map<std::string, Link> links_;
  // Of links that have ended, how often they were dialled: one that comes back counts on, since the
  // neighbour tells old streams from new ones by it.
  std::map<std::string, uint64_t> attempts_before_;
  std::list<std::unique_ptr<LinkReceiver>> receivers_;
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
};

}  // namespace proxyherd
