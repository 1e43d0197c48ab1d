// Those who look at a node's page, and what they are shown: frames that all of them share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "page/frames.h"

namespace proxyherd {

// One viewer's connection.
class Viewer {
 public:
  virtual ~Viewer() = default;
  // From any thread; returns at once.
  virtual void Show(const Frames& frames) = 0;
};

// Thread-safe.
class Viewers {
 public:
  // A page for everybody who works on a herd, and ten times that. Each costs a descriptor and one
  // write a second.
  static constexpr size_t kMaxViewers = 1000;

  // `on_arrival`: somebody waits for a Greet. Called from any thread; must be quick.
  explicit Viewers(std::function<void()> on_arrival) : on_arrival_(std::move(on_arrival)) {}

  // False when there are kMaxViewers.
  bool Join(const std::shared_ptr<Viewer>& viewer);
  void Leave(const Viewer* viewer);
  // Nobody looks any more; their connections have ended.
  void Clear();

  // Shows everything to those who have seen nothing yet.
  void Greet(const Frames& frames);
  // Shows what is new to the others.
  void Show(const Frames& frames);

  size_t Count() const;
  uint64_t Refused() const { return refused_.load(std::memory_order_relaxed); }

  // Frames that a slow viewer was not sent because newer ones came.
  void CountDropped(int frames) {
    dropped_.fetch_add(static_cast<uint64_t>(frames), std::memory_order_relaxed);
  }
  uint64_t Dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Entry {
    std::shared_ptr<Viewer> viewer;
    bool greeted = false;
  };

  const std::function<void()> on_arrival_;
  std::atomic<uint64_t> refused_{0};
  std::atomic<uint64_t> dropped_{0};
  mutable Mutex mu_;
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mu_);
};

}  // namespace proxyherd
