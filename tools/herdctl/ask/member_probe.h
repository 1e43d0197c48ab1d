// Asks the members of a herd how they are, over gRPC.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "config/herd_file.h"
#include "tools/herdctl/view/herd_view.h"

namespace proxyherd {

// A member that does not answer within this time is called silent.
inline constexpr std::chrono::milliseconds kAnswerTimeout(1000);

// Holds a channel to every member. Not thread-safe.
class HerdProbe {
 public:
  explicit HerdProbe(const HerdFile& file);
  ~HerdProbe();

  // Asks all members at once, and returns when each has answered or `timeout` has passed.
  HerdView Ask(std::chrono::milliseconds timeout);

 private:
  class NodeProbe;
  class PlacesProbe;

  const HerdFile file_;
  std::vector<std::unique_ptr<NodeProbe>> nodes_;
  std::unique_ptr<PlacesProbe> places_;  // Null when the herd file has no Places service.
};

}  // namespace proxyherd
