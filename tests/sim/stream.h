// One stream of the simulated network, with both its ends. Private to network*.cc.
#pragma once

#include "tests/sim/network.h"

namespace proxyherd::sim {

struct Network::Stream final : public peer::LinkReceiver::Transport {
  Stream(Network& of, uint32_t at) : network(of), index(at) {}

  void Write(peer::ReceiverMessage message) override {
    network.SendBackward(*this, std::move(message));
  }
  void Finish(const absl::Status& status) override { network.FinishByReceiver(*this, status); }

  bool Done() const {
    return !sender_open && receiver == nullptr && !dialling && !accepting && !finishing;
  }

  Network& network;
  const uint32_t index;
  uint32_t generation = 1;
  bool used = false;

  uint32_t direction = 0;  // that it was dialled in
  NodeId from = 0;
  NodeId to = 0;
  uint32_t from_incarnation = 0;
  uint32_t to_incarnation = 0;

  bool ghost = false;          // a duplicate, which no sender has dialled
  bool sender_open = false;    // the dialling end listens
  bool dialling = false;       // the dial has not reached the other machine yet
  bool accepting = false;      // the process there has not looked yet
  bool finishing = false;      // the receiver has ended it, and is about to leave
  peer::Link* link = nullptr;  // of the dialling end
  peer::LinkReceiver* receiver = nullptr;
  int64_t stalled_until_ns = 0;

  Pipe<peer::SenderMessage> forward;
  Pipe<peer::ReceiverMessage> backward;
};

}  // namespace proxyherd::sim
