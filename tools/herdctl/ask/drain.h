// herdctl drain: lets a node end in order.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "config/herd_file.h"

namespace proxyherd {

// What a node answers that has been asked to end.
struct DrainReceipt {
  int64_t started_ns = 0;  // when its process began, since 1970
  uint64_t connections = 0;
  double max_seconds = 0;
  bool already_stopping = false;
};

// Asks once. Errors are for people: UNAVAILABLE when it does not answer within `timeout`;
// FAILED_PRECONDITION, UNIMPLEMENTED: what to do instead.
absl::StatusOr<DrainReceipt> AskToDrain(const HerdNode& node, bool even_if_alone,
                                        std::chrono::milliseconds timeout);

struct DrainCommand {
  std::string node;  // REQUIRES: of the herd file
  bool even_if_alone = false;
  bool wait = true;      // until it has ended
  double within_s = 20;  // wait no longer
  bool json = false;
};

// Prints; returns the exit code: 0 it has ended (or will, without `wait`), 1 it was not asked or
// has not ended in time.
int RunDrain(const DrainCommand& command, const HerdFile& file);

}  // namespace proxyherd
