// Faults of the network.
#include <algorithm>

#include "tests/sim/network.h"
#include "tests/sim/stream.h"

namespace proxyherd::sim {

template <typename Visit>
void Network::ForEachStream(Visit visit) {
  for (const auto& stream : streams_) {
    if (stream->used) visit(*stream);
  }
}

void Network::OnCrash(NodeId node, bool silently) {
  ForEachStream([&](Stream& stream) {
    if (stream.from == node && stream.sender_open) {
      stream.sender_open = false;
      if (silently) {
        stream.forward.dead = true;
        stream.forward.items.Clear();
      } else {
        EndForward(stream, {peer::CloseKind::kBroken, "connection reset"}, false);
      }
      left_.push_back(stream.index);
    }
    if (stream.to == node && (stream.receiver != nullptr || stream.accepting || stream.finishing)) {
      stream.receiver = nullptr;
      stream.accepting = stream.finishing = false;
      if (silently) {
        stream.backward.dead = true;
        stream.backward.items.Clear();
      } else {
        EndBackward(stream, {peer::CloseKind::kBroken, "connection reset"}, false);
      }
      left_.push_back(stream.index);
    }
  });
}

void Network::Break(Stream& stream, int64_t mode) {
  ++world_.covered.broken_streams;
  const bool at_once = world_.random.Chance(500);
  if (mode == kBothAreTold || mode == kListenerIsTold) {
    EndForward(stream, {peer::CloseKind::kBroken, "broken"}, at_once);
  } else {
    stream.forward.dead = true;
    stream.forward.items.Clear();
  }
  if (stream.dialling) return;
  if (mode == kBothAreTold || mode == kDiallerIsTold) {
    EndBackward(stream, {peer::CloseKind::kBroken, "broken"}, at_once);
  } else {
    stream.backward.dead = true;
    stream.backward.items.Clear();
  }
}

void Network::Apply(const FaultStep& step) {
  Direction& direction = directions_[step.target];
  switch (step.kind) {
    case FaultKind::kCut:
      ++world_.covered.cuts;
      ++direction.cuts;
      return;
    case FaultKind::kMend:
      if (direction.cuts > 0) --direction.cuts;
      return;
    case FaultKind::kClog:
      ++world_.covered.clogs;
      ++direction.clogs;
      return;
    case FaultKind::kUnclog:
      if (direction.clogs > 0 && --direction.clogs == 0) Release(step.target);
      return;
    case FaultKind::kSpeed:
      direction.bytes_per_s = step.value == 0 ? plan_.bytes_per_s : step.value;
      return;
    case FaultKind::kDelay:
      direction.more_delay_ns = step.value;
      return;
    case FaultKind::kBreak:
      return ForEachStream([&](Stream& stream) {
        if (stream.direction == step.target) Break(stream, step.value);
      });
    case FaultKind::kStall:
      return ForEachStream([&](Stream& stream) {
        if (stream.direction == step.target) stream.stalled_until_ns = world_.now_ns() + step.value;
      });
    default:
      return;
  }
}

// Messages that the link has held continue in order.
void Network::Release(uint32_t direction) {
  const auto release = [&](auto& pipe, auto push) {
    for (; pipe.held > 0; --pipe.held) {
      pipe.last_arrival_ns =
          std::max(pipe.last_arrival_ns, world_.now_ns() + Delay(directions_[direction]));
      push(pipe.last_arrival_ns);
    }
  };
  ForEachStream([&](Stream& stream) {
    if (stream.direction == direction) {
      release(stream.forward, [&](int64_t at_ns) { PushForward(stream, at_ns); });
    } else if ((stream.direction ^ 1U) == direction) {
      release(stream.backward, [&](int64_t at_ns) { PushBackward(stream, at_ns); });
    }
  });
}

void Network::HealAll() {
  for (uint32_t i = 0; i < directions_.size(); ++i) {
    directions_[i].cuts = 0;
    directions_[i].bytes_per_s = plan_.bytes_per_s;
    directions_[i].more_delay_ns = 0;
    if (std::exchange(directions_[i].clogs, 0) != 0) Release(i);
  }
}

}  // namespace proxyherd::sim
