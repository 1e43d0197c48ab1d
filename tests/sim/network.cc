// Dialling, writing and ending of streams; the other network_*.cc have the rest.
#include "tests/sim/network.h"

#include <algorithm>

#include "tests/sim/last_release.h"
#include "tests/sim/stream.h"

namespace proxyherd::sim {

Network::Network(World& world, const Topology& topology, const NetworkPlan& plan,
                 const std::vector<ProcessState>& processes)
    : world_(world), topology_(topology), plan_(plan), processes_(processes) {
  for (const auto& [a, b] : topology.links) {
    directions_.push_back({a, b, 0, 0, plan.bytes_per_s, 0});
    directions_.push_back({b, a, 0, 0, plan.bytes_per_s, 0});
  }
}

Network::~Network() = default;

Network::Stream* Network::Get(StreamRef ref) {
  if (ref.generation == 0) return nullptr;
  Stream& stream = *streams_[ref.index];
  return stream.used && stream.generation == ref.generation ? &stream : nullptr;
}

Network::Stream& Network::NewStream(uint32_t direction) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(streams_.size()));
    streams_.push_back(std::make_unique<Stream>(*this, free_.back()));
  }
  Stream& stream = *streams_[free_.back()];
  free_.pop_back();
  stream.used = true;
  stream.direction = direction;
  stream.from = directions_[direction].from;
  stream.to = directions_[direction].to;
  stream.from_incarnation = processes_[stream.from].incarnation;
  stream.to_incarnation = 0;
  stream.ghost = false;
  stream.link = nullptr;
  stream.stalled_until_ns = 0;
  stream.forward.Reset();
  stream.backward.Reset();
  // One end of a link may know that it is up long before the other does.
  if (world_.random.Chance(plan_.late_answers)) {
    stream.backward.last_arrival_ns = world_.now_ns() + world_.random.Spread(kMillisecond, kSecond);
  }
  stream.dialling = true;
  return stream;
}

void Network::Sweep() {
  for (const uint32_t index : left_) {
    Stream& stream = *streams_[index];
    if (!stream.used || !stream.Done()) continue;
    stream.used = false;
    ++stream.generation;
    free_.push_back(index);
  }
  left_.clear();
}

int64_t Network::Delay(const Direction& direction) {
  const int64_t range_ns = plan_.max_delay_ns - plan_.min_delay_ns;
  return plan_.min_delay_ns + world_.random.Below(static_cast<uint64_t>(range_ns) + 1) +
         direction.more_delay_ns;
}

Direction& Network::ForwardOf(const Stream& stream) { return directions_[stream.direction]; }
Direction& Network::BackwardOf(const Stream& stream) { return directions_[stream.direction ^ 1U]; }

void Network::PushForward(Stream& stream, int64_t at_ns) {
  world_.Push(at_ns, EventKind::kForward, stream.to, stream.to_incarnation, stream.index,
              stream.generation);
}
void Network::PushBackward(Stream& stream, int64_t at_ns) {
  world_.Push(at_ns, EventKind::kBackward, stream.from, stream.from_incarnation, stream.index,
              stream.generation);
}

StreamRef Network::Dial(uint32_t direction, const peer::Hello& hello, peer::Link& link) {
  ++world_.covered.dials;
  Stream& stream = NewStream(direction);
  stream.sender_open = true;
  stream.link = &link;
  Dialled(stream, hello, Delay(directions_[direction]));
  if (world_.random.Chance(plan_.duplicated_dials)) DuplicateDial(direction, hello);
  return {stream.index, stream.generation};
}

// The same call arrives a second time, earlier or later, as happens when a network library retries.
void Network::DuplicateDial(uint32_t direction, const peer::Hello& hello) {
  ++world_.covered.duplicated_dials;
  Stream& ghost = NewStream(direction);
  ghost.ghost = true;
  Dialled(ghost, hello, Delay(directions_[direction]) + world_.random.Spread(1, 3 * kSecond));
}

void Network::Dialled(Stream& stream, const peer::Hello& hello, int64_t delay_ns) {
  typename Pipe<peer::SenderMessage>::Item item;
  item.message = hello;
  if (AnyOld(stream)) ClearNewFields(item.message);
  item.bytes = WireBytes(item.message);
  stream.forward.unread_bytes = item.bytes;
  stream.forward.items.Push(std::move(item));
  stream.forward.writing = true;
  world_.Push(world_.now_ns() + delay_ns, EventKind::kDial, stream.to, 0, stream.index,
              stream.generation);
}

void Network::OnDial(const Event& event) {
  Stream* stream = Get({event.detail, event.generation});
  if (stream == nullptr) return;
  const Direction& direction = ForwardOf(*stream);
  const bool wanted = stream->sender_open || stream->ghost;
  if (direction.clogs != 0 && direction.cuts == 0 && wanted) {
    constexpr int64_t kRetransmitNs = 200 * kMillisecond;
    Event again = event;
    again.at_ns = world_.now_ns() + kRetransmitNs;
    world_.queue.Push(again);
    return;
  }
  stream->dialling = false;
  left_.push_back(stream->index);
  if (direction.cuts != 0 || !wanted) return;
  const ProcessState& process = processes_[stream->to];
  if (!process.alive)
    return EndBackward(*stream, {peer::CloseKind::kConnectionRefused, "connection refused"}, true);
  stream->to_incarnation = process.incarnation;
  stream->accepting = true;
  world_.Push(world_.now_ns(), EventKind::kAccept, stream->to, process.incarnation, stream->index,
              stream->generation);
  stream->forward.last_arrival_ns = world_.now_ns();
  PushForward(*stream, world_.now_ns());
}

template <typename Message, typename PushArrival>
void Network::Send(Pipe<Message>& pipe, Direction& direction, Message message, PushArrival push) {
  ++world_.covered.messages;
  if (pipe.writing) world_.Fail("a write was begun before the one before it was done");
  pipe.writing = true;
  const uint32_t bytes = WireBytes(message);
  pipe.unread_bytes += bytes;
  pipe.blocked = pipe.unread_bytes > plan_.buffer_bytes;
  if (pipe.blocked) ++world_.covered.blocked_writes;
  if (pipe.dead || pipe.ended) return;
  pipe.free_ns = std::max(pipe.free_ns, world_.now_ns()) + bytes * kSecond / direction.bytes_per_s;
  pipe.items.Push({std::move(message), bytes, pipe.free_ns, false});
  pipe.last_arrival_ns = std::max(pipe.last_arrival_ns, pipe.free_ns + Delay(direction));
  push(pipe.last_arrival_ns);
}

bool Network::AnyOld(const Stream& stream) const {
  return !plan_.old_nodes.empty() && (plan_.old_nodes[stream.from] || plan_.old_nodes[stream.to]);
}

void Network::SendForward(Stream& stream, peer::SenderMessage message) {
  if (AnyOld(stream)) ClearNewFields(message);
  Send(stream.forward, ForwardOf(stream), std::move(message),
       [&](int64_t at_ns) { PushForward(stream, at_ns); });
  if (stream.forward.blocked) return;
  world_.Push(world_.now_ns(), EventKind::kSenderWritten, stream.from, stream.from_incarnation,
              stream.index, stream.generation);
}

void Network::SendBackward(Stream& stream, peer::ReceiverMessage message) {
  if (AnyOld(stream)) ClearNewFields(message);
  Send(stream.backward, BackwardOf(stream), std::move(message),
       [&](int64_t at_ns) { PushBackward(stream, at_ns); });
  if (stream.backward.blocked) return;
  world_.Push(world_.now_ns(), EventKind::kReceiverWritten, stream.to, stream.to_incarnation,
              stream.index, stream.generation);
}

void Network::Write(StreamRef ref, peer::SenderMessage message) {
  if (Stream* stream = Get(ref)) SendForward(*stream, std::move(message));
}

// The end of a stream follows earlier messages, or overtakes all of them; then messages that are
// not on the wire yet are lost.
template <typename Message, typename PushArrival>
void Network::End(Pipe<Message>& pipe, Direction& direction, bool at_once, PushArrival push) {
  if (pipe.dead || std::exchange(pipe.ended, true)) return;
  while (!pipe.items.Empty() && (at_once || pipe.items.Back().sent_ns > world_.now_ns())) {
    pipe.items.PopBack();
    ++world_.covered.lost_messages;
  }
  typename Pipe<Message>::Item item;
  item.end = true;
  pipe.items.Push(std::move(item));
  pipe.last_arrival_ns =
      std::max(at_once ? 0 : pipe.last_arrival_ns, world_.now_ns() + Delay(direction));
  push(pipe.last_arrival_ns);
}

void Network::EndForward(Stream& stream, const peer::CloseReason& reason, bool at_once) {
  if (stream.dialling) return;
  stream.forward.reason = reason;
  End(stream.forward, ForwardOf(stream), at_once,
      [&](int64_t at_ns) { PushForward(stream, at_ns); });
}

void Network::EndBackward(Stream& stream, const peer::CloseReason& reason, bool at_once) {
  stream.backward.reason = reason;
  End(stream.backward, BackwardOf(stream), at_once,
      [&](int64_t at_ns) { PushBackward(stream, at_ns); });
}

void Network::CloseBySender(StreamRef ref) {
  Stream* stream = Get(ref);
  if (stream == nullptr || !std::exchange(stream->sender_open, false)) return;
  left_.push_back(stream->index);
  EndForward(*stream, {peer::CloseKind::kEnded, "the neighbour ended the stream"},
             world_.random.Chance(500));
}

void Network::FinishByReceiver(Stream& stream, const absl::Status& status) {
  stream.finishing = true;
  EndBackward(stream, peer::ReasonOf(status), false);
  world_.Push(world_.now_ns(), EventKind::kReceiverLeft, stream.to, stream.to_incarnation,
              stream.index, stream.generation);
}

}  // namespace proxyherd::sim
