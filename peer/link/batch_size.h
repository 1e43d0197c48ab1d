// The maximum batch size of a link, adapted to the speed of its network.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

// A neighbour hears nothing while a message is on its way, and cuts a silent stream; so on a slow
// network a large batch would never arrive. The duration of a write says little, because the system
// buffers hundreds of kilobytes before a writer has to wait; only an acknowledgement that waited
// for nothing shows the speed. So each stream begins with small batches, which grow as batches
// arrive quickly. No I/O.
class BatchSize {
 public:
  size_t bytes() const { return bytes_; }

  void OnStreamUp() { bytes_ = kMinBatchBytes; }

  // A batch of `sent_bytes` was acknowledged `took_ns` after its write began, or a repair question
  // was answered with that many bytes of records. A batch below the present size does not prove
  // that a larger one would be quick.
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

}  // namespace proxyherd::peer
