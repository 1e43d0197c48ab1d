// Counts one call of a link's method in gRPC's conventional metrics.
#pragma once

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "base/env.h"
#include "rpc/method_metrics.h"

namespace proxyherd::peer {

// Not thread-safe.
class CallMetrics {
 public:
  // `method`: nullptr: nothing is counted. Both must outlive this object.
  CallMetrics(const rpc::MethodMetrics* method, Env& env) : method_(method), env_(env) {}

  void Start() {
    began_ns_ = env_.MonotonicNs();
    open_ = true;
    if (method_ != nullptr) method_->Started();
  }
  void Sent() const {
    if (method_ != nullptr) method_->Sent();
  }
  void Received() const {
    if (method_ != nullptr) method_->Received();
  }
  // Only the first end of a call counts.
  void End(absl::StatusCode code) {
    if (!std::exchange(open_, false) || method_ == nullptr) return;
    method_->Handled(code, env_.MonotonicNs() - began_ns_);
  }

 private:
  const rpc::MethodMetrics* const method_;
  Env& env_;
  int64_t began_ns_ = 0;
  bool open_ = false;
};

}  // namespace proxyherd::peer
