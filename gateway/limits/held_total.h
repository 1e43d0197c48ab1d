// The memory that all connections of a server hold together, and which loop must release some.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace proxyherd::gateway {

// Shared by all loops: each reports changes of its share, and the size of its largest connection.
// While the total is within its bound, no loop reads another one's numbers. Thread-safe.
class HeldTotal {
 public:
  HeldTotal(size_t max_bytes, size_t loops) : max_bytes_(max_bytes), loops_(loops) {}

  // A connection holds `difference` bytes more, or less if it is negative.
  void Change(int64_t difference) { bytes_.fetch_add(difference, std::memory_order_relaxed); }

  // Counts an answer that no connection has taken yet, or discounts one that was taken or dropped.
  void ChangeComing(int64_t difference) {
    coming_.fetch_add(difference, std::memory_order_relaxed);
  }

  // Returns true if the largest connections must be closed.
  bool Over() const { return Bytes() > max_bytes_; }
  // Returns true if nothing more may be requested, because the answers that are coming would exceed
  // the bound. Temporary: it ends when the loops have handled them.
  bool Full() const {
    return bytes_.load(std::memory_order_relaxed) + coming_.load(std::memory_order_relaxed) >
           static_cast<int64_t>(max_bytes_);
  }
  size_t Bytes() const {
    // A loop may report that bytes are gone before another's report that they came is visible.
    const int64_t bytes = bytes_.load(std::memory_order_relaxed);
    return bytes > 0 ? static_cast<size_t>(bytes) : 0;
  }
  size_t max_bytes() const { return max_bytes_; }
  // How many bytes in the system's buffers each loop may leave uncounted: with few connections the
  // system is therefore hardly ever queried. An eighth of the total for all loops.
  size_t UnseenPerLoop() const { return max_bytes_ / 8 / loops_.size(); }

  // Subtracts `bytes` of a connection that is to be closed, if the total still exceeds its bound;
  // else returns false. Atomic, so that no loop closes a connection after another one has brought
  // the total back within its bound.
  bool TakeExcess(size_t bytes);

  // Sets the class (see BySize) of a loop's largest connection.
  void SetLargest(size_t loop, int size_class) {
    loops_[loop].largest.store(size_class, std::memory_order_relaxed);
  }
  // The loop that has the largest connection: `loop` itself, unless another one's class is greater.
  size_t HolderOfLargest(size_t loop) const;

  // Returns true if the caller has to wake that loop, so that it checks the total; only for the
  // first call before the loop has checked.
  bool RequestCheck(size_t loop) { return !loops_[loop].check_requested.exchange(true); }
  void BeginCheck(size_t loop) { loops_[loop].check_requested.store(false); }

 private:
  struct alignas(64) Loop {
    std::atomic<int> largest{0};
    std::atomic<bool> check_requested{false};
  };

  const size_t max_bytes_;
  std::vector<Loop> loops_;
  alignas(64) std::atomic<int64_t> bytes_{0};
  std::atomic<int64_t> coming_{0};
};

// Counts an answer as coming until it is taken or dropped. Thread-safe.
class ComingBytes {
 public:
  ComingBytes(std::shared_ptr<HeldTotal> held, size_t bytes)
      : held_(std::move(held)), bytes_(static_cast<int64_t>(bytes)) {
    held_->ChangeComing(bytes_);
  }
  ~ComingBytes() {
    if (held_ != nullptr) held_->ChangeComing(-bytes_);
  }
  ComingBytes(ComingBytes&&) noexcept = default;
  ComingBytes& operator=(ComingBytes&&) = delete;

 private:
  std::shared_ptr<HeldTotal> held_;
  int64_t bytes_;
};

}  // namespace proxyherd::gateway
