#include "node/displaced_end.h"

#include <cassert>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/signals/signals.h"

namespace proxyherd::node {

void DisplacedEnd::Begin() {
  assert(!thread_.joinable());
  thread_ = std::thread([this] { Close(); });
}

void DisplacedEnd::Join() {
  if (thread_.joinable()) thread_.join();
}

void DisplacedEnd::Reconfigure(const gateway::GatewayOptions& options) {
  MutexLock lock(&mu_);
  if (!closing_) gateway_.Reconfigure(options);
}

void DisplacedEnd::Close() {
  {
    MutexLock lock(&mu_);
    closing_ = true;
  }
  const gateway::GatewayStop stop = gateway_.Stop();
  logger_.Error(absl::StrCat("displaced: closed the text port and its ", stop.connections,
                             " connections; this process never serves again. See docs/runbook.md, "
                             "ProxyherdNodeDisplaced"));
  if (!exits_) return;
  asked_ = true;
  server::RequestStop();
}

}  // namespace proxyherd::node
