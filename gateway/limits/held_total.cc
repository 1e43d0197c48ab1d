#include "gateway/limits/held_total.h"

namespace proxyherd::gateway {

bool HeldTotal::TakeExcess(size_t bytes) {
  int64_t now = bytes_.load(std::memory_order_relaxed);
  do {
    if (now <= static_cast<int64_t>(max_bytes_)) return false;
  } while (!bytes_.compare_exchange_weak(now, now - static_cast<int64_t>(bytes),
                                         std::memory_order_relaxed));
  return true;
}

size_t HeldTotal::HolderOfLargest(size_t loop) const {
  size_t holder = loop;
  int largest = loops_[loop].largest.load(std::memory_order_relaxed);
  for (size_t i = 0; i < loops_.size(); ++i) {
    const int other = loops_[i].largest.load(std::memory_order_relaxed);
    if (other <= largest) continue;
    holder = i;
    largest = other;
  }
  return holder;
}

}  // namespace proxyherd::gateway
