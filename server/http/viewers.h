// The open pages of a node, and the frames that all of them share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "page/frames.h"

namespace proxyherd::server {

// One viewer's connection.
class Viewer {
 public:
  virtual ~Viewer() = default;
  // Called on any thread; must return immediately.
  virtual void Show(const page::Frames& frames) = 0;
};

// Thread-safe.
class Viewers {
 public:
  // Ten times as many as the people who work on a herd. Each costs a descriptor and one write per
  // second.
  static constexpr size_t kMaxViewers = 1000;

  // `on_arrival`: called when a new viewer waits for Greet, on any thread; must be quick.
  explicit Viewers(std::function<void()> on_arrival) : on_arrival_(std::move(on_arrival)) {}

  // Returns false if there are kMaxViewers already.
  bool Join(const std::shared_ptr<Viewer>& viewer);
  void Leave(const Viewer* viewer);
  // Removes all viewers. Called after their connections have ended.
  void Clear();

  // Shows all frames to the viewers that have joined since the last call.
  void Greet(const page::Frames& frames);
  // Shows new frames to all viewers that were greeted.
  void Show(const page::Frames& frames);

  size_t Count() const;
  uint64_t Refused() const { return refused_.load(std::memory_order_relaxed); }

  // Counts frames that were not sent to a slow viewer because newer ones replaced them.
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

}  // namespace proxyherd::server
