// The one fake clock of the tests: both times, timers and randomness, moved by hand.
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/timers.h"

namespace proxyherd {

// Time moves only in Advance, which runs the callbacks of due timers in the calling thread, at
// their times, in order, and without a lock held. Thread-safe; only one thread may call Advance.
class FakeClock final : public Env, public Timers {
 public:
  // 2021-05-19 22:53:48, one second after the classic example's report.
  static constexpr int64_t kStartNs = 1'621'464'828 * kSecond;

  // Initial wall and monotonic time.
  explicit FakeClock(int64_t wall_ns = kStartNs, int64_t monotonic_ns = 3600 * kSecond)
      : wall_offset_ns_(wall_ns - monotonic_ns), monotonic_ns_(monotonic_ns) {}

  // Env.
  int64_t NowNs() override { return wall_offset_ns_ + monotonic_ns_; }
  // Env and Timers: both have the one monotonic clock.
  int64_t MonotonicNs() override { return monotonic_ns_; }
  uint64_t Random() override {
    MutexLock lock(&mu_);
    return random_ ? random_() : 0;
  }

  // Timers.
  Id After(int64_t delay_ns, std::function<void()> callback) override {
    MutexLock lock(&mu_);
    const Id id = ++last_id_;
    timers_[{monotonic_ns_ + std::max<int64_t>(delay_ns, 0), id}] = std::move(callback);
    return id;
  }
  void Cancel(Id id) override {
    MutexLock lock(&mu_);
    std::erase_if(timers_, [id](const auto& timer) { return timer.first.second == id; });
  }

  // REQUIRES: monotonic_ns is not in the past.
  void AdvanceTo(int64_t monotonic_ns) {
    assert(monotonic_ns >= monotonic_ns_);
    while (const std::function<void()> callback = TakeDue(monotonic_ns)) callback();
    monotonic_ns_ = monotonic_ns;
  }
  void Advance(int64_t ns) { AdvanceTo(monotonic_ns_ + ns); }
  // Runs the timers that are due now.
  void Run() { Advance(0); }

  // Steps the wall clock only, as an administrator does.
  void StepWall(int64_t ns) { wall_offset_ns_ += ns; }
  // Makes Random() return what `random` returns; without this, it returns 0. `random` must not call
  // this object, whose lock is held meanwhile.
  void SetRandom(std::function<uint64_t()> random) {
    MutexLock lock(&mu_);
    random_ = std::move(random);
  }

  // Timers that have not run.
  size_t timers() {
    MutexLock lock(&mu_);
    return timers_.size();
  }

 private:
  // Moves the time to the first timer due by then, and removes it; returns its callback, or none.
  std::function<void()> TakeDue(int64_t until_ns) {
    MutexLock lock(&mu_);
    const auto first = timers_.begin();
    if (first == timers_.end() || first->first.first > until_ns) return {};
    monotonic_ns_ = first->first.first;
    std::function<void()> callback = std::move(first->second);
    timers_.erase(first);
    return callback;
  }

  std::atomic<int64_t> wall_offset_ns_;
  std::atomic<int64_t> monotonic_ns_;

  Mutex mu_;
  std::map<std::pair<int64_t, Id>, std::function<void()>> timers_ ABSL_GUARDED_BY(mu_);  // by time
  Id last_id_ ABSL_GUARDED_BY(mu_) = kNone;
  std::function<uint64_t()> random_ ABSL_GUARDED_BY(mu_);
};

}  // namespace proxyherd
