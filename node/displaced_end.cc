// The end of a displaced node's text port.
#include "node/displaced_end.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/signals/signals.h"

namespace proxyherd {

void DisplacedEnd::Begin() {
  thread_ = std::thread([this] { Close(); });
}

void DisplacedEnd::Join() {
  if (thread_.joinable()) thread_.join();
}

void DisplacedEnd::Reconfigure(const GatewayOptions& options) {
  MutexLock lock(&mu_);
  if (!closing_) gateway_.Reconfigure(options);
}

void DisplacedEnd::Close() {
  {
    MutexLock lock(&mu_);
    closing_ = true;
  }
  const GatewayStop stop = gateway_.Stop();
  logger_.Error(
      absl::StrCat("displaced: the text port is closed, and ", stop.connections,
                   " connections with it; this process does not serve again. See docs/runbook.md, "
                   "ProxyherdNodeDisplaced"));
  if (!exits_) return;
  asked_ = true;
  RequestStop();
}

}  // namespace proxyherd
