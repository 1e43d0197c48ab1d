// The followers of a table: their numbers, and which of them sleep.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "core/feed.h"

namespace proxyherd {

// Assigns numbers to the followers of a table, and wakes those that sleep. Thread-safe.
class FollowerSet {
 public:
  // Returns nullopt if there are kMaxFollowers already. `wake` is called on any thread that changes
  // the table; it must be quick, and must not add or remove followers.
  std::optional<FollowerId> Add(std::function<void()> wake);
  // After it returns, the follower's `wake` is not running and will not run again.
  void Remove(FollowerId id);

  void SetIdle(FollowerId id) { idle_.fetch_or(MaskOf(id)); }
  void SetBusy(FollowerId id) { idle_.fetch_and(~MaskOf(id)); }

  // Costs one atomic load if no follower sleeps; each change of the table pays it.
  void WakeIdle(FollowerMask except) {
    if ((idle_.load() & ~except) != 0) WakeSome(except);
  }

 private:
  void WakeSome(FollowerMask except);

  std::atomic<FollowerMask> idle_{0};
  Mutex mu_;
  FollowerMask used_ ABSL_GUARDED_BY(mu_) = 0;
  std::array<std::function<void()>, kMaxFollowers> wake_ ABSL_GUARDED_BY(mu_);
};

}  // namespace proxyherd
