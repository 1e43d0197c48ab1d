// One direction of a stream: messages arrive in order, at the speed and with the delay of their
// link, unless the link loses or holds them.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "peer/protocol/close_reason.h"
#include "peer/protocol/link_messages.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/ring_queue.h"

namespace proxyherd::sim {

// One direction of a link; shared by all streams that use it.
struct Direction {
  NodeId from = 0;
  NodeId to = 0;
  uint32_t cuts = 0;   // as many faults cut it
  uint32_t clogs = 0;  // as many faults hold it
  int64_t bytes_per_s = 0;
  int64_t more_delay_ns = 0;
};

// The approximate size of a message on the wire: fields of variable size, and some bytes more.
template <typename Message>
uint32_t WireBytes(const Message& message) {
  return std::visit(
      [](const auto& kind) -> uint32_t {
        constexpr size_t kRest = 20;
        constexpr size_t kOrigin = 12;
        constexpr size_t kRange = 12;
        size_t bytes = kRest;
        if constexpr (requires { kind.origins; }) {
          bytes += kind.records.size() + kOrigin * kind.origins.size();
        }
        if constexpr (requires { kind.nodes; }) {
          for (const peer::MemberEntry& entry : kind.nodes) bytes += peer::MemberBytes(entry);
        }
        if constexpr (requires { kind.ranges; }) {
          for (const auto& asked : kind.ranges) bytes += kRange + 8 * asked.values.size();
        }
        if constexpr (requires { kind.verdicts; }) {
          for (const auto& verdict : kind.verdicts) {
            bytes += kRange + 2 * (verdict.differing.size() + verdict.records.size());
          }
        }
        return static_cast<uint32_t>(bytes);
      },
      message);
}

// The kind of a message, for the trace.
template <typename Message>
const char* KindName(const Message& message) {
  return std::visit(
      [](const auto& kind) -> const char* {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, peer::Hello>) return "hello";
        if constexpr (std::is_same_v<Kind, peer::Batch>)
          return kind.repair ? "repair batch" : "batch";
        if constexpr (std::is_same_v<Kind, peer::Heartbeat>) return "heartbeat";
        if constexpr (std::is_same_v<Kind, peer::Acknowledgement>) return "acknowledgement";
        if constexpr (std::is_same_v<Kind, peer::RepairRequest>) return "repair request";
        if constexpr (std::is_same_v<Kind, peer::RepairReply>) return "repair reply";
        if constexpr (std::is_same_v<Kind, peer::RepairDone>) return "repair done";
        if constexpr (std::is_same_v<Kind, peer::MembershipUpdate>) return "notices";
        return "message";
      },
      message);
}

template <typename Message>
struct Pipe {
  struct Item {
    Message message;
    uint32_t bytes = 0;
    int64_t sent_ns = 0;  // the last byte is on the wire
    bool end = false;     // nothing but the end of the stream
  };

  RingQueue<Item> items;
  int64_t free_ns = 0;          // the wire is free
  int64_t last_arrival_ns = 0;  // arrivals are in order
  uint64_t unread_bytes = 0;
  uint32_t held = 0;         // arrivals that wait for the link to be unclogged
  bool writing = false;      // the writer has not been notified yet that its write is done
  bool blocked = false;      // and is not until something is read
  bool dead = false;         // something was lost, so nothing arrives any more
  bool ended = false;        // the end of the stream is the last item, or has arrived
  peer::CloseReason reason;  // of the end

  void Reset() {
    items.Clear();
    free_ns = last_arrival_ns = 0;
    unread_bytes = 0;
    held = 0;
    writing = blocked = dead = ended = false;
    reason = {};
  }
};

}  // namespace proxyherd::sim
