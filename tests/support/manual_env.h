// Time that stands still until a test moves it.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/env.h"

namespace proxyherd {

// Thread-safe.
class ManualEnv : public Env {
 public:
  int64_t NowNs() override { return now_ns_; }
  int64_t MonotonicNs() override { return monotonic_ns_; }
  uint64_t Random() override { return ++random_; }

  void SetNow(int64_t now_ns) { now_ns_ = now_ns; }
  void Advance(int64_t ns) {
    now_ns_ += ns;
    monotonic_ns_ += ns;
  }

 private:
  std::atomic<int64_t> now_ns_{1'621'464'828'000'000'000};
  std::atomic<int64_t> monotonic_ns_{1'000 * kSecond};
  std::atomic<uint64_t> random_{0};
};

}  // namespace proxyherd
