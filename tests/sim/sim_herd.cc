#include "tests/sim/sim_herd.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>

#include "base/env.h"
#include "tests/sim/last_release.h"
#include "tests/sim/records_sent.h"

namespace proxyherd {
namespace {

// Each delivery takes between these two times.
constexpr int64_t kMinDelayNs = 100 * kMicrosecond;
constexpr int64_t kMaxDelayNs = 400 * kMicrosecond;

peer::HerdShape ShapeOf(const config::HerdFile& file, const std::string& name) {
  peer::HerdShape shape = {file.TopologyHash(), file.NeighboursOf(name), {}};
  for (const config::HerdNode& node : file.nodes) shape.nodes.push_back(node.name);
  return shape;
}

}  // namespace

// One gRPC stream: messages of its two ends arrive in order, if the link delivers them.
class SimHerd::Stream : public peer::LinkReceiver::Transport,
                        public std::enable_shared_from_this<SimHerd::Stream> {
 public:
  // `link` must exist as long as its process, or until the stream is closed for the sender.
  Stream(SimHerd& herd, peer::Link& link, std::string from)
      : herd_(herd), link_(link), from_(std::move(from)), to_(link.neighbour()) {}

  const std::string& from() const { return from_; }
  const std::string& to() const { return to_; }

  void Dial(peer::Hello hello) {
    if (AnyOld()) ClearNewFieldsOf(hello);
    herd_.clock_.After(herd_.Delay(), [self = shared_from_this(), hello] {
      if (self->closed_ || !self->herd_.Connected(self->from_, self->to_)) return;
      if (!self->herd_.Alive(self->to_)) {
        return self->CloseSender({peer::CloseKind::kConnectionRefused, "connection refused"});
      }
      self->herd_.At(self->to_, 0,
                     [self](Node& node) { self->receiver_ = node.links->Accept(*self); });
      self->SendToReceiver(hello);
    });
  }

  // The sender's end writes; the write is done when the message has arrived.
  void SendToReceiver(peer::SenderMessage message) {
    if (const auto* update = std::get_if<peer::MembershipUpdate>(&message)) {
      herd_.membership_sent_ += update->nodes.size();
    }
    if (AnyOld()) ClearNewFields(message);
    Deliver(to_, forward_at_ns_, [message = std::move(message)](Stream& self) {
      if (self.receiver_ == nullptr) return;
      self.receiver_->OnMessage(message);
      self.herd_.At(self.from_, 0, [stream = self.shared_from_this()](Node& /*sender*/) {
        if (!stream->closed_) stream->link_.OnWritten();
      });
    });
  }

  // LinkReceiver::Transport.
  void Write(peer::ReceiverMessage message) override {
    if (AnyOld()) ClearNewFields(message);
    Deliver(from_, backward_at_ns_, [message = std::move(message)](Stream& self) {
      self.link_.OnMessage(message);
      self.herd_.At(self.to_, 0, [stream = self.shared_from_this()](Node& /*receiver*/) {
        if (stream->receiver_ != nullptr) stream->receiver_->OnWritten();
      });
    });
  }
  void Finish(const absl::Status& status) override {
    herd_.At(to_, 0, [self = shared_from_this()](Node& node) {
      self->LeaveReceiver(node, {peer::CloseKind::kEnded, "ended"});
    });
    if (herd_.Connected(from_, to_)) CloseSender(peer::ReasonOf(status));
  }

  // The sender closes its end.
  void CloseBySender() {
    closed_ = true;
    if (!herd_.Connected(from_, to_)) return;
    herd_.At(to_, herd_.Delay(), [self = shared_from_this()](Node& node) {
      self->LeaveReceiver(node, {peer::CloseKind::kEnded, "the neighbour ended the stream"});
    });
  }

  // The process of one end is gone, with its link or its receiver.
  void ForgetSender() { closed_ = true; }
  void ForgetReceiver() { receiver_ = nullptr; }

  // One of the two processes is gone.
  void Break() {
    if (!herd_.Connected(from_, to_)) return;
    CloseSender({peer::CloseKind::kBroken, "connection reset"});
    herd_.At(to_, herd_.Delay(), [self = shared_from_this()](Node& node) {
      self->LeaveReceiver(node, {peer::CloseKind::kBroken, "connection reset"});
    });
  }

 private:
  template <typename Arrive>
  void Deliver(const std::string& where, int64_t& last_ns, Arrive arrive) {
    ++herd_.messages_sent_;
    last_ns = std::max(last_ns, herd_.clock_.MonotonicNs() + herd_.Delay());
    herd_.At(where, last_ns - herd_.clock_.MonotonicNs(),
             [self = shared_from_this(), arrive](Node& /*node*/) {
               if (!self->closed_ && self->herd_.Connected(self->from_, self->to_)) arrive(*self);
             });
  }

  bool AnyOld() const { return herd_.old_.count(from_) + herd_.old_.count(to_) != 0; }

  void CloseSender(const peer::CloseReason& reason) {
    herd_.At(from_, herd_.Delay(), [self = shared_from_this(), reason](Node& /*node*/) {
      if (!std::exchange(self->closed_, true)) self->link_.OnClosed(reason);
    });
  }

  void LeaveReceiver(Node& node, const peer::CloseReason& reason) {
    if (receiver_ != nullptr) {
      node.links->OnIncomingClosed(std::exchange(receiver_, nullptr), reason);
    }
    herd_.streams_.erase(shared_from_this());
  }

  SimHerd& herd_;
  peer::Link& link_;
  const std::string from_;
  const std::string to_;
  peer::LinkReceiver* receiver_ = nullptr;
  bool closed_ = false;  // for the sender
  int64_t forward_at_ns_ = 0;
  int64_t backward_at_ns_ = 0;
};

class SimHerd::Dialler : public peer::LinkSender::Transport {
 public:
  Dialler(SimHerd& herd, peer::Link& link, std::string from)
      : herd_(herd), link_(link), from_(std::move(from)) {}

  void Open(const peer::Hello& hello) override {
    stream_ = std::make_shared<Stream>(herd_, link_, from_);
    herd_.streams_.insert(stream_);
    stream_->Dial(hello);
  }
  void Write(peer::SenderMessage message) override { stream_->SendToReceiver(std::move(message)); }
  void Close() override {
    if (stream_ != nullptr) std::exchange(stream_, nullptr)->CloseBySender();
  }

 private:
  SimHerd& herd_;
  peer::Link& link_;
  const std::string from_;
  std::shared_ptr<Stream> stream_;
};

std::unique_ptr<peer::LinkSender::Transport> SimHerd::Node::MakeTransport(peer::Link& link) {
  return std::make_unique<Dialler>(herd, link, name);
}

void SimHerd::Node::Wake() {
  herd.At(name, 0, [](Node& woken) { woken.links->OnWake(); });
}

SimHerd::SimHerd(config::HerdFile herd, uint64_t seed) : herd_(std::move(herd)) {
  clock_.SetRandom(std::mt19937_64(seed));
}
SimHerd::~SimHerd() = default;

int64_t SimHerd::Delay() {
  return kMinDelayNs + static_cast<int64_t>(clock_.Random() % (kMaxDelayNs - kMinDelayNs));
}

bool SimHerd::Connected(const std::string& a, const std::string& b) const {
  return cut_.count(std::minmax(a, b)) == 0;
}

void SimHerd::At(const std::string& name, int64_t delay_ns, std::function<void(Node&)> event) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return;
  clock_.After(delay_ns,
               [this, name, incarnation = found->second->incarnation, event = std::move(event)] {
                 const auto node = nodes_.find(name);
                 if (node == nodes_.end() || node->second->incarnation != incarnation) return;
                 event(*node->second);
                 ArmTimer(*node->second);
               });
}

void SimHerd::ArmTimer(Node& node) {
  const int64_t next_ns = node.links->NextTimer();
  const int64_t now_ns = clock_.MonotonicNs();
  if (next_ns == std::numeric_limits<int64_t>::max()) return;
  if (node.tick_at_ns > now_ns && node.tick_at_ns <= next_ns) return;
  node.tick_at_ns = std::max(next_ns, now_ns + 1);
  At(node.name, node.tick_at_ns - now_ns, [at_ns = node.tick_at_ns](Node& due) {
    if (due.tick_at_ns != at_ns) return;  // set to an earlier time since
    due.tick_at_ns = 0;
    due.links->Tick();
  });
}

void SimHerd::StartAs(const std::string& process, const std::string& name, int64_t clock_off_ns) {
  auto node = std::make_unique<Node>(*this, process);
  node->incarnation = next_incarnation_++;
  node->table = std::make_unique<Table>(
      TableOptions{.herd = herd_.herd, .node = name, .probe_seed = clock_.Random()});
  const config::HerdFile& file = FileOf(name);
  const peer::HerdShape shape = ShapeOf(file, name);
  peer::LinkIdentity identity = {file.herd, name,
                                 static_cast<uint64_t>(clock_.NowNs() + clock_off_ns),
                                 shape.topology_hash, shape.neighbours};
  const config::HerdNode& self = *file.Find(name);
  identity.address = {self.host, self.text_port, self.grpc_port, self.http_port, self.at, "test"};
  identity.nodes = shape.nodes;
  identity.awaits_acknowledgements = await_neighbours_;
  node->links = std::make_unique<peer::LinkSet>(std::move(identity), *node->table, clock_, *node);
  nodes_[process] = std::move(node);
  At(process, 0, [](Node& started) {
    started.links->Start();
    started.links->Tick();
  });
}

const config::HerdFile& SimHerd::FileOf(const std::string& name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? herd_ : found->second;
}

void SimHerd::SetFile(const std::string& name, config::HerdFile file) {
  std::set<std::string> moved;
  for (const config::HerdNode& node : file.nodes) {
    const config::HerdNode* before = FileOf(name).Find(node.name);
    if (before != nullptr && before->host != node.host) moved.insert(node.name);
  }
  files_[name] = std::move(file);
  At(name, 0, [shape = ShapeOf(FileOf(name), name), moved](Node& node) {
    node.links->Reshape(shape, moved);
  });
}

void SimHerd::StartAll() {
  for (const config::HerdNode& node : herd_.nodes) Start(node.name);
}

void SimHerd::Crash(const std::string& name) {
  const auto gone = std::move(nodes_.at(name));
  nodes_.erase(name);
  const auto streams = streams_;
  for (const auto& stream : streams) {
    if (stream->from() != name && stream->to() != name) continue;
    stream->Break();
    if (stream->from() == name) stream->ForgetSender();
    // A living receiver still refers to its stream until it has left it.
    if (stream->to() == name) {
      stream->ForgetReceiver();
      streams_.erase(stream);
    }
  }
}

bool SimHerd::Agree() const {
  std::set<uint64_t> digests;
  for (const auto& [name, node] : nodes_) digests.insert(node->table->RootDigest());
  return digests.size() <= 1;
}

std::vector<std::string> SimHerd::Names() const {
  std::vector<std::string> names;
  for (const config::HerdNode& node : herd_.nodes) names.push_back(node.name);
  return names;
}

std::map<std::string, peer::NodeState> SimHerd::States(const std::string& name) const {
  std::map<std::string, peer::NodeState> states;
  for (const peer::NodeView& node : peer::ViewNodes(nodes_.at(name)->links->membership())) {
    states[node.name] = node.state;
  }
  return states;
}

uint64_t SimHerd::records_sent() const {
  uint64_t records = 0;
  for (const auto& [name, node] : nodes_) records += RecordsSent(*node->links);
  return records;
}

}  // namespace proxyherd
