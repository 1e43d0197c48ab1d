// Asks one node of a herd about all nodes, over gRPC.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "config/herd_file.h"
#include "tools/herdctl/view/node_table.h"

namespace proxyherd::tools {

// Makes each call to the nodes in order, with the deadline `timeout_ns` for each, until one
// answers. Errors: UNAVAILABLE if none answers, otherwise the error of the node that answered.
// Messages are for people. Not thread-safe.
class NodeQuestions {
 public:
  // REQUIRES: `nodes` is not empty.
  NodeQuestions(std::vector<config::HerdNode> nodes, int64_t timeout_ns);

  absl::StatusOr<NodesAnswer> ListNodes();
  absl::StatusOr<FoundAnswer> FindNode(const std::string& place, int max_nodes);
  absl::StatusOr<AnnouncementRow> PostNotice(const std::string& text, int64_t lifetime_s);

 private:
  template <typename Request, typename Response, typename Call>
  absl::StatusOr<std::string> Ask(const Request& request, Response& response, Call call);

  const std::vector<config::HerdNode> nodes_;
  const int64_t timeout_ns_;
};

}  // namespace proxyherd::tools
