// How large the batches of a link may be: as large as its network passes quickly.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "peer/protocol/link_timing.h"

namespace proxyherd {

// A neighbour hears nothing while a message is on its way, and cuts a stream on which it hears
// nothing; so on a slow network a large batch would never arrive. How long writing takes says
// little, because the system takes hundreds of kilobytes before it makes a writer wait; only an
// acknowledgement tells. So each stream begins with small batches, and they grow with what has
// arrived quickly. Pure.
class BatchSize {
 public:
  size_t bytes() const { return bytes_; }

  void OnStreamUp() { bytes_ = kMinBatchBytes; }

  // A batch of `sent_bytes` was acknowledged `took_ns` after its write began; or a question of
  // repair was answered with so many bytes of records. One that was smaller
  // than it might have been does not tell that a larger one would be quick.
  void OnAcknowledged(size_t sent_bytes, int64_t took_ns) {
    if (took_ns > kSlowBatchNs) {
      bytes_ = std::max(kMinBatchBytes, bytes_ / 2);
    } else if (took_ns < kSlowBatchNs / 4 && sent_bytes >= bytes_) {
      bytes_ = std::min(kMaxBatchBytes, bytes_ * 2);
    }
  }

 private:
  size_t bytes_ = kMinBatchBytes;
};

}  // namespace proxyherd
