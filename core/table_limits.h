// Limits on the growth of a table by reports of clients. Records from peers are never refused:
// replicas that decided differently would never agree again.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace proxyherd {

struct GrowthLimit {
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();

  uint64_t clients = kNone;  // known in total
  uint64_t bytes = kNone;    // of Table::FootprintBytes
  bool operator==(const GrowthLimit&) const = default;
};

// The minimum of each member.
inline GrowthLimit Minimum(const GrowthLimit& a, const GrowthLimit& b) {
  return {std::min(a.clients, b.clients), std::min(a.bytes, b.bytes)};
}

// This node's own limit, and the minimum of the other nodes' limits, because they receive
// everything that is accepted here. Thread-safe; reading it takes no lock.
class TableLimits {
 public:
  explicit TableLimits(const GrowthLimit& own) { SetOwn(own); }

  void SetOwn(const GrowthLimit& own) {
    MutexLock lock(&mu_);
    own_ = own;
    Update();
  }
  GrowthLimit Own() const {
    MutexLock lock(&mu_);
    return own_;
  }
  void SetHerd(const GrowthLimit& minimum) {
    MutexLock lock(&mu_);
    herd_ = minimum;
    Update();
  }

  // The minimum of both, which applies to reports.
  uint64_t Clients() const { return clients_.load(std::memory_order_relaxed); }
  uint64_t Bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // New clients are refused a little earlier than longer records of known ones, so that phones
  // whose coordinates gain a digit can continue when the table is full.
  uint64_t BytesForNew() const {
    const uint64_t bytes = Bytes();
    return bytes == GrowthLimit::kNone ? bytes : bytes - bytes / kReservedPart;
  }

 private:
  static constexpr uint64_t kReservedPart = 32;

  void Update() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const GrowthLimit minimum = Minimum(own_, herd_);
    clients_.store(minimum.clients, std::memory_order_relaxed);
    bytes_.store(minimum.bytes, std::memory_order_relaxed);
  }

  mutable Mutex mu_;
  GrowthLimit own_ ABSL_GUARDED_BY(mu_);
  GrowthLimit herd_ ABSL_GUARDED_BY(mu_);
  std::atomic<uint64_t> clients_{GrowthLimit::kNone};
  std::atomic<uint64_t> bytes_{GrowthLimit::kNone};
};

}  // namespace proxyherd
