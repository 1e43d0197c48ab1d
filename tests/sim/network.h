// The network between simulated nodes: streams like gRPC's, over links that delay, hold, lose, cut
// one way, and break at any byte.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "peer/link/link_set.h"
#include "tests/sim/pipe.h"
#include "tests/sim/plan.h"
#include "tests/sim/world.h"

namespace proxyherd::sim {

// Whether a node has a living process, and which.
struct ProcessState {
  bool alive = false;
  uint32_t incarnation = 0;
};

struct StreamRef {
  uint32_t index = 0;
  uint32_t generation = 0;  // 0: none
};

class Network {
 public:
  Network(World& world, const Topology& topology, const NetworkPlan& plan,
          const std::vector<ProcessState>& processes);
  ~Network();

  // The dialling end, called by the transports of links. `link` must exist until CloseBySender, or
  // until its process ends.
  StreamRef Dial(uint32_t direction, const peer::Hello& hello, peer::Link& link);
  void Write(StreamRef stream, peer::SenderMessage message);
  void CloseBySender(StreamRef stream);

  // A dial reaches the other machine.
  void OnDial(const Event& event);
  // An event arrives at a machine. Returns false if it is lost, or postponed to another event.
  bool Arrives(const Event& event);
  // Passes an event of a process on to its links.
  void Handle(const Event& event, peer::LinkSet& links);
  // Forgets streams that both ends have left. Must be called after each event.
  void Sweep();

  // A process has crashed. Its machine notifies the other ends, unless `silently`.
  void OnCrash(NodeId node, bool silently);

  void Apply(const FaultStep& step);
  // Ends all faults of links.
  void HealAll();

  const std::string& NameOf(NodeId node) const { return topology_.names[node]; }

 private:
  struct Stream;

  Stream* Get(StreamRef ref);
  Stream& NewStream(uint32_t direction);
  void DuplicateDial(uint32_t direction, const peer::Hello& hello);
  void Dialled(Stream& stream, const peer::Hello& hello, int64_t delay_ns);
  int64_t Delay(const Direction& direction);
  Direction& ForwardOf(const Stream& stream);
  Direction& BackwardOf(const Stream& stream);
  void PushForward(Stream& stream, int64_t at_ns);
  void PushBackward(Stream& stream, int64_t at_ns);
  bool AnyOld(const Stream& stream) const;
  void SendForward(Stream& stream, peer::SenderMessage message);
  void SendBackward(Stream& stream, peer::ReceiverMessage message);
  void EndForward(Stream& stream, const peer::CloseReason& reason, bool at_once);
  void EndBackward(Stream& stream, const peer::CloseReason& reason, bool at_once);
  void FinishByReceiver(Stream& stream, const absl::Status& status);
  template <typename Message, typename PushArrival>
  void Send(Pipe<Message>& pipe, Direction& direction, Message message, PushArrival push);
  template <typename Message, typename PushArrival>
  void End(Pipe<Message>& pipe, Direction& direction, bool at_once, PushArrival push);
  template <typename Message>
  bool ArrivesBy(Pipe<Message>& pipe, const Direction& direction);
  template <typename Message>
  bool ReadItem(Pipe<Message>& pipe, typename Pipe<Message>::Item& item, bool& unblocked);
  void Accept(Stream& stream, peer::LinkSet& links);
  void ReadForward(Stream& stream, peer::LinkSet& links);
  void ReadBackward(Stream& stream);
  void Break(Stream& stream, int64_t mode);
  void Release(uint32_t direction);
  template <typename Visit>
  void ForEachStream(Visit visit);

  World& world_;
  const Topology& topology_;
  const NetworkPlan& plan_;
  const std::vector<ProcessState>& processes_;
  std::vector<Direction> directions_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> left_;  // one of the ends may be the last to leave
};

}  // namespace proxyherd::sim
