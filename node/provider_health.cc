#include "node/provider_health.h"

#include <utility>

namespace proxyherd::node {

ProviderHealth::ProviderHealth(const places::Provider& provider, Timers& timers,
                               SetServing set_serving)
    : provider_(provider), timers_(timers), set_serving_(std::move(set_serving)) {
  Look();
}

ProviderHealth::~ProviderHealth() {
  Timers::Id timer = Timers::kNone;
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    timer = timer_;
  }
  timers_.Cancel(timer);
}

void ProviderHealth::Look() {
  for (const places::ProviderStatus& status : provider_.Describe()) {
    set_serving_(status.name, status.state != places::ProviderStatus::State::kUnavailable);
  }
  MutexLock lock(&mu_);
  if (!stopping_) timer_ = timers_.After(kIntervalNs, [this] { Look(); });
}

}  // namespace proxyherd::node
