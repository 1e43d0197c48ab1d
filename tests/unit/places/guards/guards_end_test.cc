// Tests that no guard ends while one of its callbacks still uses it.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "absl/synchronization/notification.h"
#include "base/env.h"
#include "places/guards/budgeted_provider.h"
#include "places/guards/coalescing_provider.h"
#include "places/guards/retrying_provider.h"
#include "runtime/real_env.h"
#include "runtime/timer_thread.h"
#include "tests/support/no_store.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

// Real timers whose callback runs until its owner cancels it, and therefore waits for its end.
class UntilCancelled : public Timers {
 public:
  int64_t MonotonicNs() override { return thread_.MonotonicNs(); }
  Id After(int64_t delay_ns, std::function<void()> callback) override {
    return thread_.After(delay_ns, std::move(callback));
  }
  void Cancel(Id id) override {
    if (stays_.HasBeenNotified() && !is_over_) Release();
    thread_.Cancel(id);
  }

  // Must be called inside a callback.
  void Stay() {
    stays_.Notify();
    may_end_.WaitForNotification();
    ended_ = true;
  }
  void AwaitStay() { stays_.WaitForNotification(); }
  // Returns true if the callback had ended before its owner. Releases the callback if not.
  bool HasEnded() {
    const bool ended = ended_;
    if (!is_over_) Release();
    return ended;
  }

 private:
  void Release() {
    is_over_ = true;
    may_end_.Notify();
  }

  absl::Notification stays_;
  absl::Notification may_end_;
  bool is_over_ = false;  // of the test's thread
  std::atomic<bool> ended_ = false;
  runtime::TimerThread thread_{runtime::RealEnv()};  // last: its callbacks use the others
};

TEST(GuardsThatEnd, CoalescingProviderAwaitASearchThatExpires) {
  UntilCancelled timers;
  auto merged = std::make_unique<CoalescingProvider>(std::make_unique<PlayedProvider>(), timers);
  merged->Search(RequestNumber(1), kMillisecond,
                 [&](const absl::StatusOr<SearchAnswer>&) { timers.Stay(); });
  timers.AwaitStay();
  merged.reset();
  EXPECT_TRUE(timers.HasEnded());
}

TEST(GuardsThatEnd, RetriesAwaitTheNextAttempt) {
  UntilCancelled timers;
  auto played = std::make_unique<PlayedProvider>();
  std::atomic<int> asked = 0;
  played->reply = [&](const SearchRequest&) -> absl::StatusOr<SearchAnswer> {
    if (++asked == 1) return absl::UnavailableError("away");
    timers.Stay();
    return SearchAnswer{"{}", "played", ""};
  };
  auto retrying = std::make_unique<RetryingProvider>(
      std::move(played), RetryOptions{.first_pause_ns = 1}, runtime::RealEnv(), timers);
  retrying->Search(RequestNumber(1), 60 * kSecond, [](const absl::StatusOr<SearchAnswer>&) {});
  timers.AwaitStay();
  retrying.reset();
  EXPECT_TRUE(timers.HasEnded());
}

TEST(GuardsThatEnd, TheBudgetAwaitsSearchesThatWaitedForIt) {
  runtime::TimerThread clock(runtime::RealEnv());
  UntilCancelled timers;
  auto played = std::make_unique<PlayedProvider>();
  played->reply = [](const SearchRequest&) { return SearchAnswer{"{}", "played", ""}; };
  auto budgeted = std::make_unique<BudgetedProvider>(
      std::move(played), BudgetLimits{.per_day = 1000}, BudgetRecord(), std::make_unique<NoStore>(),
      runtime::RealEnv(), clock, timers);
  budgeted->Search(RequestNumber(1), 60 * kSecond,
                   [&](const absl::StatusOr<SearchAnswer>&) { timers.Stay(); });
  timers.AwaitStay();
  budgeted.reset();
  EXPECT_TRUE(timers.HasEnded());
}

}  // namespace
}  // namespace proxyherd::places
