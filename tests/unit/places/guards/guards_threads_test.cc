// Tests all guards with the real timers and many threads: nothing is lost, answered twice or used
// after its end. Most useful under the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "base/env.h"
#include "places/guards/budgeted_provider.h"
#include "places/guards/cached_provider.h"
#include "places/guards/circuit_breaker_provider.h"
#include "places/guards/coalescing_provider.h"
#include "places/guards/retrying_provider.h"
#include "runtime/real_env.h"
#include "runtime/timer_thread.h"
#include "tests/support/no_store.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

constexpr int kThreads = 4;
constexpr int kSearches = 300;  // of each thread

// Answers at once, a little later on the timers' thread, or only when it is destroyed.
class MixedProvider : public Provider {
 public:
  explicit MixedProvider(Timers& timers) : timers_(timers) {}
  ~MixedProvider() override {
    for (const Timers::Id id : ids_) timers_.Cancel(id);
    for (const Done& done : kept_) done(absl::CancelledError("the provider is gone"));
  }

  std::string_view name() const override { return "mixed"; }
  void Search(const SearchRequest&, int64_t, Done done) override {
    const uint64_t number = ++asked_;
    absl::StatusOr<SearchAnswer> answer = SearchAnswer{"{}", "mixed", ""};
    if (number % 3 == 0) answer = absl::UnavailableError("away");
    if (number % 5 == 0) return done(std::move(answer));
    MutexLock lock(&mu_);
    if (number % 50 == 1) {
      kept_.push_back(std::move(done));
    } else {
      // The timer owns `done`, and calls it unless the provider ends first.
      ids_.push_back(timers_.After(number % 7 * 100 * kMicrosecond,
                                   [done = std::move(done), answer] { done(answer); }));
    }
  }

 private:
  Timers& timers_;
  std::atomic<uint64_t> asked_ = 0;
  Mutex mu_;
  std::vector<Done> kept_ ABSL_GUARDED_BY(mu_);
  std::vector<Timers::Id> ids_ ABSL_GUARDED_BY(mu_);
};

TEST(GuardsInThreads, EverySearchEndsOnce) {
  std::vector<std::atomic<int>> ended(kThreads * kSearches);
  runtime::TimerThread timers(runtime::RealEnv());
  runtime::TimerThread disk(runtime::RealEnv());
  std::unique_ptr<Provider> chain = std::make_unique<MixedProvider>(timers);
  chain = std::make_unique<BudgetedProvider>(std::move(chain), BudgetLimits{.per_day = 1000},
                                             BudgetRecord(), std::make_unique<NoStore>(),
                                             runtime::RealEnv(), timers, disk);
  chain = std::make_unique<RetryingProvider>(std::move(chain), RetryOptions(), runtime::RealEnv(),
                                             timers);
  chain = std::make_unique<CircuitBreakerProvider>(std::move(chain),
                                                   CircuitBreaker::Options{.failures_in_a_row = 20},
                                                   runtime::RealEnv(), timers);
  chain = std::make_unique<CachedProvider>(std::move(chain),
                                           CacheOptions{.lifetime_ns = kMillisecond}, timers);
  chain = std::make_unique<CoalescingProvider>(std::move(chain), timers);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kSearches; ++i) {
        std::atomic<int>& end = ended[static_cast<size_t>(thread * kSearches + i)];
        chain->Search(RequestNumber(i % 5), (1 + i % 20) * kMillisecond,
                      [&end](const absl::StatusOr<SearchAnswer>&) { ++end; });
        if (i % 100 == 0) chain->Reload();
        if (i % 10 == 0) {
          EXPECT_EQ(chain->Describe().size(), 1U);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  chain.reset();  // while some wait still
  for (const std::atomic<int>& end : ended) EXPECT_EQ(end, 1);
}

}  // namespace
}  // namespace proxyherd::places
