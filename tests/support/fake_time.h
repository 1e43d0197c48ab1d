// A clock that the test turns, with timers that ring while it does.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <utility>

#include "base/env.h"
#include "base/timers.h"

namespace proxyherd {

// Of one thread. Callbacks run inside Advance, at their times and in their order.
class FakeTime : public Env, public Timers {
 public:
  int64_t NowNs() override { return wall_ns; }
  int64_t MonotonicNs() override { return now_.count(); }
  uint64_t Random() override { return random ? random() : 0; }

  std::chrono::nanoseconds Now() override { return now_; }
  Id After(std::chrono::nanoseconds delay, std::function<void()> callback) override {
    const Id id = ++last_id_;
    timers_[{now_ + std::max(delay, std::chrono::nanoseconds::zero()), id}] = std::move(callback);
    return id;
  }
  void Cancel(Id id) override {
    std::erase_if(timers_, [id](const auto& timer) { return timer.first.second == id; });
  }

  void Advance(std::chrono::nanoseconds by) {
    const std::chrono::nanoseconds end = now_ + by;
    while (!timers_.empty() && timers_.begin()->first.first <= end) {
      const auto first = timers_.begin();
      MoveTo(first->first.first);
      const std::function<void()> callback = std::move(first->second);
      timers_.erase(first);
      callback();
    }
    MoveTo(end);
  }
  // What is due now.
  void Run() { Advance(std::chrono::nanoseconds::zero()); }

  size_t timers() const { return timers_.size(); }

  int64_t wall_ns = 1'790'000'000 * kSecond;  // 2026-09-21T14:13:20Z
  std::function<uint64_t()> random;           // nothing: zeros

 private:
  void MoveTo(std::chrono::nanoseconds time) {
    wall_ns += (time - now_).count();
    now_ = time;
  }

  std::chrono::nanoseconds now_ = std::chrono::hours(1);
  std::map<std::pair<std::chrono::nanoseconds, Id>, std::function<void()>> timers_;
  Id last_id_ = kNone;
};

}  // namespace proxyherd
