// Streams: arrival at a machine, and reading by its process.
#include <utility>

#include "tests/sim/network.h"
#include "tests/sim/stream.h"

namespace proxyherd::sim {

void Network::Accept(Stream& stream, peer::LinkSet& links) {
  stream.accepting = false;
  left_.push_back(stream.index);
  stream.receiver = links.Accept(stream);
  if (!stream.sender_open) return;
  const Direction& back = BackwardOf(stream);
  if (back.cuts != 0 || back.clogs != 0) return;
  world_.Push(world_.now_ns() + Delay(back), EventKind::kSenderWritten, stream.from,
              stream.from_incarnation, stream.index, stream.generation);
}

template <typename Message>
bool Network::ArrivesBy(Pipe<Message>& pipe, const Direction& direction) {
  if (direction.clogs != 0 && direction.cuts == 0) {
    ++pipe.held;
    return false;
  }
  if (direction.cuts != 0 || pipe.dead) {
    ++world_.covered.lost_messages;
    pipe.dead = true;
    pipe.items.Clear();
    return false;
  }
  return true;
}

bool Network::Arrives(const Event& event) {
  if (event.kind != EventKind::kForward && event.kind != EventKind::kBackward) return true;
  Stream* stream = Get({event.detail, event.generation});
  if (stream == nullptr) return false;
  if (stream->stalled_until_ns > world_.now_ns()) {
    Event later = event;
    later.at_ns = stream->stalled_until_ns;
    world_.queue.Push(later);
    return false;
  }
  return event.kind == EventKind::kForward ? ArrivesBy(stream->forward, ForwardOf(*stream))
                                           : ArrivesBy(stream->backward, BackwardOf(*stream));
}

// Takes the next item; false if there is none. `unblocked`: a write that waited for it is done.
template <typename Message>
bool Network::ReadItem(Pipe<Message>& pipe, typename Pipe<Message>::Item& item, bool& unblocked) {
  if (pipe.items.Empty()) return false;
  item = pipe.items.Pop();
  pipe.unread_bytes -= item.bytes;
  unblocked = pipe.blocked && pipe.unread_bytes <= plan_.buffer_bytes;
  if (unblocked) pipe.blocked = false;
  return true;
}

void Network::ReadForward(Stream& stream, peer::LinkSet& links) {
  Pipe<peer::SenderMessage>::Item item;
  bool unblocked = false;
  if (!ReadItem(stream.forward, item, unblocked) || stream.receiver == nullptr) return;
  if (item.end) {
    world_.trace.Line(world_.now_ns(), "%s: the stream from %s ends: %s", NameOf(stream.to).c_str(),
                      NameOf(stream.from).c_str(), stream.forward.reason.text.c_str());
    links.OnIncomingClosed(std::exchange(stream.receiver, nullptr), stream.forward.reason);
    left_.push_back(stream.index);
    return;
  }
  if (!stream.sender_open) ++world_.covered.late_messages;
  if (unblocked && stream.sender_open) {
    world_.Push(world_.now_ns(), EventKind::kSenderWritten, stream.from, stream.from_incarnation,
                stream.index, stream.generation);
  }
  world_.trace.Line(world_.now_ns(), "%s <- %s: %s, %u bytes%s", NameOf(stream.to).c_str(),
                    NameOf(stream.from).c_str(), KindName(item.message), item.bytes,
                    stream.sender_open ? "" : ", late");
  if (!stream.finishing) stream.receiver->OnMessage(item.message);
}

void Network::ReadBackward(Stream& stream) {
  Pipe<peer::ReceiverMessage>::Item item;
  bool unblocked = false;
  if (!ReadItem(stream.backward, item, unblocked) || !stream.sender_open) return;
  if (item.end) {
    stream.sender_open = false;
    left_.push_back(stream.index);
    world_.trace.Line(world_.now_ns(), "%s: the stream to %s ends: %s", NameOf(stream.from).c_str(),
                      NameOf(stream.to).c_str(), stream.backward.reason.text.c_str());
    stream.link->OnClosed(stream.backward.reason);
    return;
  }
  if (unblocked && stream.receiver != nullptr) {
    world_.Push(world_.now_ns(), EventKind::kReceiverWritten, stream.to, stream.to_incarnation,
                stream.index, stream.generation);
  }
  world_.trace.Line(world_.now_ns(), "%s <- %s: %s", NameOf(stream.from).c_str(),
                    NameOf(stream.to).c_str(), KindName(item.message));
  stream.link->OnMessage(std::move(item.message));
}

void Network::Handle(const Event& event, peer::LinkSet& links) {
  Stream* stream = Get({event.detail, event.generation});
  if (stream == nullptr) return;
  switch (event.kind) {
    case EventKind::kAccept:
      return Accept(*stream, links);
    case EventKind::kForward:
      return ReadForward(*stream, links);
    case EventKind::kBackward:
      return ReadBackward(*stream);
    case EventKind::kSenderWritten:
      stream->forward.writing = false;
      if (stream->sender_open) stream->link->OnWritten();
      return;
    case EventKind::kReceiverWritten:
      stream->backward.writing = false;
      if (stream->receiver != nullptr && !stream->finishing) {
        stream->receiver->OnWritten();
      }
      return;
    case EventKind::kReceiverLeft:
      stream->finishing = false;
      left_.push_back(stream->index);
      if (stream->receiver != nullptr) {
        links.OnIncomingClosed(std::exchange(stream->receiver, nullptr),
                               {peer::CloseKind::kEnded, "ended here"});
      }
      return;
    default:
      return;
  }
}

}  // namespace proxyherd::sim
