// The memory that all connections of a server hold together, and which loop has to release some.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace proxyherd {

// Shared by all loops: each says how its share changes and how large its largest connection is.
// While the total is within its bound no loop reads another one's numbers. Thread-safe.
class HeldTotal {
 public:
  HeldTotal(size_t max_bytes, size_t loops) : max_bytes_(max_bytes), loops_(loops) {}

  // A connection holds so much more, or less.
  void Change(int64_t difference) { bytes_.fetch_add(difference, std::memory_order_relaxed); }

  // An answer that no connection has taken yet, or one that is taken or dropped.
  void ChangeComing(int64_t difference) {
    coming_.fetch_add(difference, std::memory_order_relaxed);
  }

  // The largest connections are to be closed.
  bool Over() const { return Bytes() > max_bytes_; }
  // Nothing more is to be asked for: with what is coming it is too much. That passes when loops
  // have had their turn.
  bool Full() const {
    return bytes_.load(std::memory_order_relaxed) + coming_.load(std::memory_order_relaxed) >
           static_cast<int64_t>(max_bytes_);
  }
  size_t Bytes() const {
    // A loop may say that bytes are gone before another's word that they came is seen.
    const int64_t bytes = bytes_.load(std::memory_order_relaxed);
    return bytes > 0 ? static_cast<size_t>(bytes) : 0;
  }
  size_t max_bytes() const { return max_bytes_; }
  // What each loop may leave uncounted of that which the system may hold for its connections: with
  // few connections the system is so hardly ever asked. An eighth of the total for all loops.
  size_t UnseenPerLoop() const { return max_bytes_ / 8 / loops_.size(); }

  // Takes `bytes` of a connection that is to be closed off the total, if that is still too much.
  // Atomic, so that of loops that try it at once none closes a connection after another one has
  // brought the total back within its bound.
  bool TakeExcess(size_t bytes);

  // The class (see BySize) of a loop's largest connection.
  void SetLargest(size_t loop, int size_class) {
    loops_[loop].largest.store(size_class, std::memory_order_relaxed);
  }
  // The loop that has the largest: `loop` itself, unless another one's is of a greater class.
  size_t HolderOfLargest(size_t loop) const;

  // Returns true if the caller has to wake that loop, so that it checks the total; only for the
  // first call before the loop has checked.
  bool AskToLook(size_t loop) { return !loops_[loop].asked.exchange(true); }
  void Looks(size_t loop) { loops_[loop].asked.store(false); }

 private:
  struct alignas(64) Loop {
    std::atomic<int> largest{0};
    std::atomic<bool> asked{false};
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

}  // namespace proxyherd
