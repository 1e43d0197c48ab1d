// A first-in-first-out queue that keeps its memory.
#pragma once

#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

namespace proxyherd::sim {

template <typename T>
class RingQueue {
 public:
  bool Empty() const { return size_ == 0; }
  size_t Size() const { return size_; }

  void Push(T item) {
    if (size_ == slots_.size()) Grow();
    slots_[(head_ + size_++) & (slots_.size() - 1)] = std::move(item);
  }
  // REQUIRES: !Empty().
  T Pop() {
    assert(!Empty());
    T item = std::move(slots_[head_]);
    head_ = (head_ + 1) & (slots_.size() - 1);
    --size_;
    return item;
  }
  T& Front() { return slots_[head_]; }
  T& Back() { return slots_[(head_ + size_ - 1) & (slots_.size() - 1)]; }
  void PopBack() { --size_; }
  void Clear() { head_ = size_ = 0; }

 private:
  void Grow() {
    std::vector<T> larger(slots_.empty() ? 4 : slots_.size() * 2);
    for (size_t i = 0; i < size_; ++i) {
      larger[i] = std::move(slots_[(head_ + i) & (slots_.size() - 1)]);
    }
    slots_ = std::move(larger);
    head_ = 0;
  }

  std::vector<T> slots_;  // a power of two
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace proxyherd::sim
