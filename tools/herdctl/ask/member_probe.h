// Collects the states of the members of a herd, over gRPC.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/env.h"
#include "config/herd_file.h"
#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

// A member that does not answer in this time is reported as silent.
inline constexpr int64_t kAnswerTimeoutNs = 1 * kSecond;

// Holds a channel to every member. Not thread-safe.
class HerdProbe {
 public:
  explicit HerdProbe(const config::HerdFile& file);
  ~HerdProbe();

  // Asks all members concurrently; returns when all have answered or `timeout_ns` has passed.
  HerdView Ask(int64_t timeout_ns);

 private:
  class NodeProbe;
  class PlacesProbe;

  const config::HerdFile file_;
  std::vector<std::unique_ptr<NodeProbe>> nodes_;
  std::unique_ptr<PlacesProbe> places_;  // nullptr if the herd file has no Places service
};

}  // namespace proxyherd::tools
