#include "gateway/limits/connection_limit.h"

#include <algorithm>

namespace proxyherd::gateway {

int64_t ConnectionsThatFit(uint64_t memory_bytes) {
  return std::max<int64_t>(1, static_cast<int64_t>(memory_bytes / kConnectionBytes));
}

int64_t ConnectionLimit(const ConnectionMeans& means) {
  if (means.wanted > 0) return means.wanted;
  const int64_t descriptors = std::max<int64_t>(1, means.descriptors - kReservedDescriptors);
  if (means.memory_bytes == 0) return descriptors;
  return std::min(descriptors, ConnectionsThatFit(means.memory_bytes));
}

}  // namespace proxyherd::gateway
