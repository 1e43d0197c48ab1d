// A watch of clients at one node, over gRPC.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "config/herd_file.h"
#include "tools/herdctl/ask/options.h"
#include "tools/herdctl/view/watch_lines.h"

namespace proxyherd::tools {

struct WatchEvent {
  enum class Kind { kLocation, kCaughtUp, kResync };
  Kind kind = Kind::kLocation;
  WatchedLocation location;  // if kLocation
};

// Not thread-safe.
class WatchStream {
 public:
  // Starts a watch of the clients or the area of the options.
  WatchStream(const config::HerdNode& node, const Options& options);
  ~WatchStream();

  // Waits for the next event. There is no deadline, but after some seconds of silence the node is
  // probed. An error means that the stream has ended; messages are for people.
  absl::StatusOr<WatchEvent> Next();

 private:
  class Call;
  const std::unique_ptr<Call> call_;
};

}  // namespace proxyherd::tools
