// Compares the tables of several nodes, over gRPC.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "config/herd_file.h"
#include "tools/herdctl/view/digest_walk.h"

namespace proxyherd::tools {

// Holds a channel to every node. Not thread-safe.
class DigestQuestions {
 public:
  // Every call has the deadline `timeout_ns`.
  DigestQuestions(const std::vector<config::HerdNode>& nodes, int64_t timeout_ns);
  ~DigestQuestions();

  // Returns the present differences between the nodes, numbered in the order given. Error messages
  // name the node and are for people.
  absl::StatusOr<DigestLook> Look();

 private:
  class Node;

  absl::StatusOr<int64_t> CommonTick();
  absl::Status AskSums(const DigestQuestion& question, int64_t tick, DigestWalk& walk);
  absl::Status AskClients(const DigestQuestion& question, DigestWalk& walk);

  const int64_t timeout_ns_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace proxyherd::tools
