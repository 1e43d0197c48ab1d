// A running node: puts table, links, gateway, places, metrics and health together, starts them in
// order and stops them in order.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "base/env.h"
#include "node/options/options.h"
#include "server/log/logger.h"

namespace proxyherd {

class Node {
 public:
  // Listens on all ports and dials the neighbours. The text port takes clients once the node is
  // ready (it knows what the herd knows, or has found nobody to ask): a client that comes earlier
  // waits in the port's backlog. UNAVAILABLE, FAILED_PRECONDITION: a port cannot be had;
  // INVALID_ARGUMENT, NOT_FOUND: the places provider's options; CANCELLED: a signal to stop came
  // while places were read.
  // `logger` and `env` must outlive the node.
  static absl::StatusOr<std::unique_ptr<Node>> Start(NodeOptions options, Logger& logger, Env& env);

  // Takes over what a configuration that was read anew says, all or nothing, see
  // node/options/reload.h, and tells the log; then reads data and keys of embedded places anew.
  // Called by one thread, before Stop.
  void Reload(const OptionsOr<NodeOptions>& wanted);

  // Whether another process of the node's name has taken its links, and this one has asked itself
  // to stop for it (--exit_when_displaced).
  bool EndsDisplaced() const;

  // Not ready, clients answered and closed, neighbours told everything, calls ended; within the
  // time that Drain tells (12.2 s). Called once.
  void Stop();
  // REQUIRES: Stop was called.
  ~Node();

 private:
  struct Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
