// A running node: connects table, links, gateway, places, metrics and health, and starts and stops
// them in order.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "base/env.h"
#include "node/options/options.h"
#include "server/log/logger.h"

namespace proxyherd::node {

class Node {
 public:
  // Listens on all ports and dials the neighbours. The text port accepts clients once the node is
  // ready (it has the herd's records, or has found no node to ask); until then clients wait in the
  // listen backlog. Returns UNAVAILABLE or FAILED_PRECONDITION if a port cannot be opened;
  // INVALID_ARGUMENT or NOT_FOUND if the options of the places provider are wrong; CANCELLED if a
  // signal to stop arrived while places were read. `logger` and `env` must outlive the node.
  static absl::StatusOr<std::unique_ptr<Node>> Start(NodeOptions options, server::Logger& logger,
                                                     Env& env);

  // Applies a configuration that was read again, all of it or nothing (see node/options/reload.h),
  // and logs the result. If it was applied, also reloads data and keys of embedded places. Called
  // by one thread, before Stop.
  void Reload(const OptionsOr<NodeOptions>& wanted);

  // Returns true if this process has requested its own stop because another process with the node's
  // name has taken over its links (--exit_when_displaced).
  bool EndsDisplaced() const;

  // Ends readiness, answers and closes client connections, flushes all changes to the neighbours,
  // and ends calls, all within the time that Drain reports (12.2 s). Called once.
  void Stop();
  // REQUIRES: Stop was called.
  ~Node();

 private:
  struct Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::node
