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
#include "core/env.h"
#include "core/table.h"
#include "peer/agreement.h"
#include "peer/handshake.h"
#include "peer/link_receiver.h"
#include "peer/link_sender.h"
#include "peer/node_views.h"
#include "peer/notice_board.h"
#include "peer/own_notice.h"
#include "peer/readiness.h"

namespace proxyherd {

// A change worth a line in the log; only changes are told, never repetitions.
struct LinkEvent {
  enum class Kind {
    kOutgoingUp,
    kOutgoingDown,
    kIncomingUp,
    kIncomingDown,
    kRefused,
    kWarning,
    kNotice  // for people, by the node `neighbour`, which may be any
  };
  Kind kind;
  std::string neighbour;
  std::string reason;
  int64_t retry_in_ns = -1;  // kOutgoingDown: when it is dialled again; -1: never
};

// What came in by one link since the node started.
struct ReceiverCounters {
  uint64_t batches = 0;
  uint64_t record_bytes = 0;
  MergeCounts records;
  LinkLimitHits limits;
};

// One link as people see it.
struct LinkView {
  std::string neighbour;
  LinkState outgoing = LinkState::kDown;
  LinkState incoming = LinkState::kDown;
  uint64_t lag_records = 0;
  bool repairing = false;  // because one of the two has begun a new epoch; told by the asking end
  int64_t round_trip_ns = 0;
  int64_t clock_ahead_ns = 0;  // the neighbour's clock before ours
  // See Agreement; `for_ns` is how long it has been so.
  bool agrees = false;
  int64_t agreement_for_ns = 0;
  uint64_t differing = 0;
  uint64_t divergent = 0;
  uint64_t neighbour_records = 0;
  bool same_topology = true;
  bool same_expiry = true;
  std::string reason;  // why the outgoing stream is not up
  SenderCounters sent;
  ReceiverCounters received;
  LinkLimitHits limits;  // of both streams
};

struct LinkSetView {
  bool ready = false;
  std::string waiting_for;      // when not ready
  uint64_t refused = 0;         // incoming streams that were turned away
  std::vector<LinkView> links;  // by name
  NodeCounts nodes{};           // of the herd, by state
  uint64_t people_notices = 0;  // that are current
  NoticeCounters notices;
  uint64_t posts_refused = 0;
};

class LinkSet {
 public:
  struct Callbacks {
    // Makes the transport of the sender to a neighbour; called once for each.
    std::function<std::unique_ptr<LinkSender::Transport>(const std::string& neighbour)> dialler;
    // Called from any thread when the sender to a neighbour has something to do: the owner calls
    // OnWake on the links thread.
    std::function<void(const std::string& neighbour)> wake;
    std::function<void(const LinkEvent&)> event;
    std::function<void()> ready;
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

  void Tick();
  int64_t NextTimer() const;

  // Events of the outgoing stream to a neighbour.
  void OnOutgoingWritten(const std::string& neighbour);
  void OnOutgoingMessage(const std::string& neighbour, ReceiverMessage message);
  void OnOutgoingClosed(const std::string& neighbour, const std::string& reason);
  void OnWake(const std::string& neighbour);

  // A new incoming stream. nullptr: refused, and the transport has been finished. The receiver
  // stays until OnIncomingClosed; `transport` must stay as long.
  LinkReceiver* Accept(LinkReceiver::Transport& transport);
  void OnIncomingMessage(LinkReceiver* receiver, const SenderMessage& message);
  void OnIncomingWritten(LinkReceiver* receiver);
  void OnIncomingClosed(LinkReceiver* receiver, const std::string& reason);

  // Tells the herd, with the next tick, that this node is kDraining or kStopped. States never go
  // back.
  void Tell(NodeState state);
  // See OwnNotice::Post.
  absl::StatusOr<PeopleNotice> PostNotice(std::string text, int64_t lifetime_ns);
  const NoticeBoard& board() const { return board_; }

  // Ends all streams; nothing is dialled or accepted afterwards.
  void Stop();

  bool ready() const { return ready_; }
  // Every linked neighbour has acknowledged everything.
  bool Flushed() const;
  // Every linked neighbour has all that had changed when the feeds ended there: comes about also
  // while others' reports pass through.
  bool FlushedTo(const FeedPositions& ends) const;
  // Neighbours to whom this node's stream is up.
  size_t LinkedNeighbours() const;
  // Every linked neighbour has read all notices.
  bool NoticesRead() const;
  LinkSetView View() const;

 private:
  struct Link {
    explicit Link(int64_t now_ns) : agreement(now_ns) {}

    std::unique_ptr<LinkSender::Transport> transport;
    Agreement agreement;
    std::unique_ptr<LinkSender> sender;
    LinkReceiver* incoming = nullptr;  // past the handshake
    bool same_topology = true;
    bool same_expiry = true;
    ReceiverCounters received;
    LinkSender::HeldVersion held_told;
    NoticeBoard::Follower notices;
    // Of the log: what was said last.
    bool said_up = false;
    std::string said_reason;
  };

  void MakeSender(const std::string& neighbour);
  void Warn(bool& same, bool same_now, const Hello& hello, const char* what);
  static void Add(const MergeCounts& counts, size_t bytes, ReceiverCounters& received);
  absl::Status Admit(LinkReceiver* receiver, const Hello& hello);
  Link* LinkOf(const LinkReceiver* receiver);
  void Left(LinkReceiver* receiver, const std::string& reason);
  // Runs an event of a receiver, and sees to it when the receiver ends its stream by it.
  template <typename Event>
  void Run(LinkReceiver* receiver, Event event);
  void CheckReady();
  // Looks whether this node has something to tell of itself, and tells it.
  void LookAtNotice();
  void MergeNotices(LinkReceiver* receiver, const Notices& notices);
  void SendNotices();
  // After an event of a sender.
  void TellHeld(const std::string& neighbour, Link& link);
  void Refused(const std::string& reason);
  void OnSenderState(const std::string& neighbour, LinkState to, const std::string& reason,
                     int64_t retry_in_ns);

  const LinkIdentity own_;
  Table& table_;
  Env& env_;
  const Callbacks callbacks_;

  std::map<std::string, Link> links_;
  std::list<std::unique_ptr<LinkReceiver>> receivers_;
  Readiness readiness_;
  NoticeBoard board_;
  OwnNotice own_notice_;
  NodeState own_state_ = NodeState::kStarting;
  int64_t next_expire_ns_ = 0;
  bool started_ = false;
  bool ready_ = false;
  bool stopped_ = false;
  uint64_t refused_ = 0;
  std::set<std::string> refusals_said_;
};

}  // namespace proxyherd
