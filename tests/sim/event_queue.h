// The events of a simulation, ordered by time: a heap of small structs.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

namespace proxyherd::sim {

using NodeId = uint32_t;

enum class EventKind : uint8_t {
  // Events of a node's process; they wait while it is frozen or busy.
  kStarted,
  kTimer,
  kWake,      // `detail`: which neighbour
  kWatch,     // its watcher reads
  kAccept,    // a stream has come in
  kForward,   // a message arrives at the end that was dialled
  kBackward,  // a message arrives at the end that dialled
  kSenderWritten,
  kReceiverWritten,
  kReceiverLeft,  // the receiver has ended the stream itself
  // Events of the world.
  kThaw,    // a node continues with its waiting events
  kDial,    // a dial reaches the other machine
  kReport,  // clients report
  kFault,   // `detail`: which step
  kCheck,
};

struct Event {
  int64_t at_ns = 0;
  uint64_t order = 0;  // among events of the same time, and unique
  EventKind kind = EventKind::kCheck;
  NodeId node = 0;
  uint32_t incarnation = 0;  // of the node
  uint32_t detail = 0;       // the stream, neighbour or step
  uint32_t generation = 0;   // of the stream
};

class EventQueue {
 public:
  void Push(Event event) {
    event.order = next_order_++;
    heap_.push_back(event);
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }
  // REQUIRES: !Empty().
  Event Pop() {
    assert(!Empty());
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
  }
  bool Empty() const { return heap_.empty(); }
  int64_t NextAt() const { return heap_.front().at_ns; }

 private:
  static bool Later(const Event& a, const Event& b) {
    return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order;
  }

  std::vector<Event> heap_;
  uint64_t next_order_ = 0;
};

}  // namespace proxyherd::sim
