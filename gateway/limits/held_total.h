// Counts the memory that all connections of a server hold, and finds the loop that must release it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace proxyherd::gateway {

// Shared by all loops, which report changes of their shares and the class of their largest item.
// While the total is within its bound, no loop reads another one's numbers. Thread-safe.
class HeldTotal {
 public:
  HeldTotal(size_t max_bytes, size_t loops) : max_bytes_(max_bytes), loops_(loops) {}

  // Adds `difference`, by which the bytes of a connection have changed; may be negative.
  void Change(int64_t difference) { bytes_.fetch_add(difference, std::memory_order_relaxed); }

  // The same for the bytes of answers that no connection has taken yet; see ComingBytes.
  void ChangeComing(int64_t difference) {
    coming_.fetch_add(difference, std::memory_order_relaxed);
  }

  // Returns true if the largest connections must be closed.
  bool Over() const { return Bytes() > max_bytes_; }
  // Returns true if no more requests may be read, because the answers under way would exceed the
  // bound. Temporary: ends when the loops have handled these answers.
  bool Full() const {
    return bytes_.load(std::memory_order_relaxed) + coming_.load(std::memory_order_relaxed) >
           static_cast<int64_t>(max_bytes_);
  }
  size_t Bytes() const {
    // One loop's report that bytes went may become visible before another's that they came.
    const int64_t bytes = bytes_.load(std::memory_order_relaxed);
    return bytes > 0 ? static_cast<size_t>(bytes) : 0;
  }
  size_t max_bytes() const { return max_bytes_; }
  // The bytes in the system's buffers that each loop may leave uncounted; all loops together, an
  // eighth of the bound. So with few connections the system is hardly ever queried.
  size_t UnseenPerLoop() const { return max_bytes_ / 8 / loops_.size(); }

  // Subtracts `bytes` of a connection that is to be closed, if the total still exceeds its bound;
  // otherwise returns false. Atomic, so that no loop closes a connection after another one has
  // brought the total back within its bound.
  bool TakeExcess(size_t bytes);

  // Sets the class (see BySize) of a loop's largest connection.
  void SetLargest(size_t loop, int size_class) {
    loops_[loop].largest.store(size_class, std::memory_order_relaxed);
  }
  // The loop with the largest connection: `loop` itself, unless another loop's class is greater.
  size_t HolderOfLargest(size_t loop) const;

  // Asks that loop to check the total. Returns true if the caller must wake it: for the first
  // request since its last BeginCheck.
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
