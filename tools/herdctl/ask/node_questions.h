// Asks one node of a herd about all of them, over gRPC.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "config/herd_file.h"
#include "tools/herdctl/view/node_table.h"

namespace proxyherd {

// Each question goes to the nodes in order until one answers, and waits `timeout` for each. Errors
// are UNAVAILABLE when none does, else what the node answered; messages are for people.
// Not thread-safe.
class NodeQuestions {
 public:
  // REQUIRES: there is at least one node.
  NodeQuestions(std::vector<HerdNode> nodes, std::chrono::milliseconds timeout);

  absl::StatusOr<NodesAnswer> ListNodes();
  absl::StatusOr<FoundAnswer> FindNode(const std::string& place, int most);
  absl::StatusOr<AnnouncementRow> PostNotice(const std::string& text, int64_t lifetime_s);

 private:
  template <typename Request, typename Response, typename Call>
  absl::StatusOr<std::string> Ask(const Request& request, Response& response, Call call);

  const std::vector<HerdNode> nodes_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace proxyherd
