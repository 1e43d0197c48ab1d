// Publishes, as gRPC health, which providers of places are available.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/timers.h"
#include "places/provider/provider.h"

namespace proxyherd::node {

// Checks all providers at construction and then every kIntervalNs. Reports an unavailable provider
// as not serving.
class ProviderHealth {
 public:
  // Short enough for load balancers, at almost no cost.
  static constexpr int64_t kIntervalNs = kSecond;

  using SetServing = std::function<void(const std::string& provider, bool is_serving)>;

  // `provider` and `timers` must outlive this object. `set_serving` is called on the constructing
  // thread and on the timers' thread.
  ProviderHealth(const places::Provider& provider, Timers& timers, SetServing set_serving);
  // `set_serving` is not called after the destructor returns.
  ~ProviderHealth();
  ProviderHealth(const ProviderHealth&) = delete;
  ProviderHealth& operator=(const ProviderHealth&) = delete;

 private:
  void Look();

  const places::Provider& provider_;
  Timers& timers_;
  const SetServing set_serving_;

  Mutex mu_;
  Timers::Id timer_ ABSL_GUARDED_BY(mu_) = Timers::kNone;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd::node
