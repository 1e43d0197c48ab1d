// herdctl drain: stops a node in order.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "config/herd_file.h"

namespace proxyherd::tools {

// A node's answer to Drain.
struct DrainReceipt {
  int64_t started_ns = 0;  // start of its process, since 1970
  uint64_t connections = 0;
  double max_seconds = 0;
  bool already_stopping = false;
};

// Calls Drain once. Error messages are for people. UNAVAILABLE if the node does not answer within
// `timeout_ns`; FAILED_PRECONDITION and UNIMPLEMENTED say what to do instead.
absl::StatusOr<DrainReceipt> AskToDrain(const config::HerdNode& node, bool even_if_alone,
                                        int64_t timeout_ns);

struct DrainCommand {
  std::string node;  // REQUIRES: of the herd file
  bool even_if_alone = false;
  bool wait = true;      // until the node has ended
  double within_s = 20;  // longest wait
  bool json = false;
};

// Prints the result. Returns the exit code: 0 if the node has ended (or is stopping, without
// `wait`), 1 if the call failed or the node has not ended in time.
int RunDrain(const DrainCommand& command, const config::HerdFile& file);

}  // namespace proxyherd::tools
