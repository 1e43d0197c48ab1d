// Those who look at a node's page, and what they are shown: frames that all of them share.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/mutex.h"

namespace proxyherd {

using FrameText = std::shared_ptr<const std::string>;

// What is there to show; nullptr: nothing new of it.
struct Frames {
  FrameText hello;  // everything, for one who has just come
  FrameText map;    // where clients are
  FrameText tick;   // the last second
};

// What one viewer has yet to be sent: the newest of each, never a queue. So one that is slow costs
// what a fast one does, and sees less. Pure.
class FrameSlots {
 public:
  // Frames that came before the hello are in it. Returns how many were never sent.
  int Put(const Frames& frames) {
    if (frames.hello != nullptr) greeted_ = true;
    if (!greeted_) return 0;
    return Replace(waiting_.hello, frames.hello) + Replace(waiting_.map, frames.map) +
           Replace(waiting_.tick, frames.tick);
  }
  // The next one to send; nullptr: all are sent.
  FrameText Take() {
    for (FrameText* slot : {&waiting_.hello, &waiting_.map, &waiting_.tick}) {
      if (*slot != nullptr) return std::exchange(*slot, nullptr);
    }
    return nullptr;
  }

 private:
  static int Replace(FrameText& slot, const FrameText& frame) {
    if (frame == nullptr) return 0;
    const bool dropped = slot != nullptr;
    slot = frame;
    return dropped ? 1 : 0;
  }

  bool greeted_ = false;
  Frames waiting_;
};

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

  // Shows `hello` and `map` to those who have seen nothing yet.
  void Greet(const Frames& frames);
  // Shows `map` and `tick` to the others.
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
