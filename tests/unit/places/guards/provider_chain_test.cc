// Tests all guards together, with an upstream that does anything: every search ends exactly once
// and in time, and the budget is never exceeded, crashes included.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string_view>

#include "base/env.h"
#include "places/guards/budgeted_provider.h"
#include "places/guards/cached_provider.h"
#include "places/guards/circuit_breaker_provider.h"
#include "places/guards/coalescing_provider.h"
#include "places/guards/retrying_provider.h"
#include "places/provider/errors.h"
#include "places/provider/fallback_provider.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

constexpr BudgetLimits kLimits{.per_minute = 40, .per_day = 300};

// Outlives its process, like a file.
struct Disk {
  BudgetRecord record;
  bool is_full = false;
};

class DiskStore : public BudgetStore {
 public:
  explicit DiskStore(Disk& disk) : disk_(disk) {}
  absl::Status Save(const BudgetRecord& record) override {
    if (disk_.is_full) return absl::UnavailableError("No space left on device");
    disk_.record = record;
    return absl::OkStatus();
  }

 private:
  Disk& disk_;
};

// An upstream with moods: it answers at once, later, never, or with any error, and counts its calls
// by minute and day.
class MoodyProvider : public Provider {
 public:
  MoodyProvider(FakeClock& time, std::mt19937& random, std::map<int64_t, int>& by_minute,
                std::map<int64_t, int>& by_day)
      : time_(time), random_(random), by_minute_(by_minute), by_day_(by_day) {}
  ~MoodyProvider() override {
    for (auto& [timer, done] : open_) {
      time_.Cancel(timer);
      done(absl::CancelledError("the provider is gone"));
    }
  }

  std::string_view name() const override { return "google"; }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override {
    ++by_minute_[time_.NowNs() / (60 * kSecond)];
    ++by_day_[PacificDayOf(time_.NowNs())];
    if (random_() % 4 == 0) return done(Reply(request));
    // Half of the answers come within the time budget, the others after the search has ended.
    const int64_t delay_ns = static_cast<int64_t>(random_() % 100) * budget_ns / 50;
    const auto timer = std::make_shared<Timers::Id>();
    *timer = time_.After(delay_ns, [this, timer, request] {
      const auto found = open_.find(*timer);
      const Done answer = std::move(found->second);
      open_.erase(found);
      answer(Reply(request));
    });
    open_[*timer] = std::move(done);
  }

  int mood = 0;

 private:
  static int64_t PacificDayOf(int64_t now_ns) { return Budget::NextDay(now_ns); }

  absl::StatusOr<SearchAnswer> Reply(const SearchRequest& request) {
    if (random_() % 10 >= static_cast<unsigned>(mood)) {
      return SearchAnswer{std::to_string(request.latitude), "google", ""};
    }
    absl::Status error(static_cast<absl::StatusCode>(1 + random_() % 16), "a mood");
    if (random_() % 3 == 0) {
      SetRetryAdvice(error,
                     {static_cast<RetryAdvice::When>(random_() % 20 == 0 ? 2 : random_() % 2),
                      static_cast<int64_t>(random_() % 3000) * kMillisecond});
    }
    return error;
  }

  FakeClock& time_;
  std::mt19937& random_;
  std::map<int64_t, int>& by_minute_;
  std::map<int64_t, int>& by_day_;
  std::map<Timers::Id, Done> open_;
};

class ProviderChainTest : public testing::TestWithParam<unsigned> {
 protected:
  void Start() {
    auto moody = std::make_unique<MoodyProvider>(time_, random_, by_minute_, by_day_);
    moody_ = moody.get();
    std::unique_ptr<Provider> chain = std::move(moody);
    // A copy: after a crash the store of the old process must not write any more.
    chain = std::make_unique<BudgetedProvider>(std::move(chain), kLimits, disk_->record,
                                               std::make_unique<DiskStore>(*disk_), time_, time_,
                                               time_);
    chain = std::make_unique<RetryingProvider>(std::move(chain), RetryOptions(), time_, time_);
    chain = std::make_unique<CircuitBreakerProvider>(std::move(chain), CircuitBreaker::Options(),
                                                     time_, time_);
    chain = std::make_unique<CachedProvider>(
        std::move(chain), CacheOptions{.lifetime_ns = 2 * kSecond, .max_bytes = 2000}, time_);
    chain = std::make_unique<CoalescingProvider>(std::move(chain), time_, 12);
    auto world = std::make_unique<PlayedProvider>("world");
    world->reply = [](const SearchRequest& request) {
      return SearchAnswer{std::to_string(request.latitude), "world", ""};
    };
    std::vector<std::unique_ptr<Provider>> all;
    all.push_back(std::move(chain));
    all.push_back(std::move(world));
    provider_ = std::make_unique<FallbackProvider>(std::move(all), time_);
  }

  // The next process finds the disk as it was at the moment of the crash.
  void Crash() {
    const auto next = std::make_unique<Disk>(*disk_);
    provider_.reset();
    *disk_ = *next;
    Start();
  }

  void Search() {
    const SearchRequest request = RequestNumber(static_cast<int>(random_() % 12));
    const int64_t budget_ns = static_cast<int64_t>(1 + random_() % 4000) * kMillisecond;
    const int64_t deadline_ns = time_.MonotonicNs() + budget_ns;
    const size_t number = ended_.size();
    ended_.push_back(0);
    provider_->Search(
        request, budget_ns,
        [this, number, deadline_ns, request](const absl::StatusOr<SearchAnswer>& got) {
          ++ended_[number];
          EXPECT_LE(time_.MonotonicNs(), deadline_ns);
          if (!got.ok()) return;
          EXPECT_EQ(got->json, std::to_string(request.latitude));
          EXPECT_EQ(got->reason.empty(), got->provider == "google");
          ++by_provider_[got->provider];
        });
  }

  FakeClock time_;
  std::mt19937 random_{GetParam()};
  std::unique_ptr<Disk> disk_ = std::make_unique<Disk>();
  std::map<int64_t, int> by_minute_;
  std::map<int64_t, int> by_day_;
  std::vector<int> ended_;
  std::map<std::string, int> by_provider_;
  MoodyProvider* moody_ = nullptr;
  std::unique_ptr<Provider> provider_;
};

TEST_P(ProviderChainTest, EverySearchEndsOnceInTimeAndTheBudgetHolds) {
  time_.SetRandom([this] { return (uint64_t{random_()} << 32) | random_(); });
  Start();
  for (int step = 0; step < 20'000; ++step) {
    const unsigned what = random_() % 1000;
    if (what < 500) {
      Search();
    } else if (what < 995) {
      time_.Advance(static_cast<int64_t>(random_() % 300) * kMillisecond);
    } else if (what < 996) {
      Crash();
    } else if (what < 997) {
      provider_->Reload();
    } else if (what < 998) {
      time_.Advance(static_cast<int64_t>(random_() % 8) * 3600 * kSecond);
    } else {
      moody_->mood = static_cast<int>(random_() % 11);
      disk_->is_full = random_() % 8 == 0;
    }
    EXPECT_EQ(provider_->Describe().size(), 2U);
  }
  time_.Advance(10 * kSecond);
  for (size_t i = 0; i < ended_.size(); ++i) ASSERT_EQ(ended_[i], 1) << i;
  provider_.reset();
  EXPECT_EQ(time_.timers(), 0U);
  for (const auto& [minute, calls] : by_minute_) EXPECT_LE(calls, kLimits.per_minute) << minute;
  for (const auto& [day, calls] : by_day_) EXPECT_LE(calls, kLimits.per_day) << day;
  // The test is meaningful only if both had something to do.
  EXPECT_GT(by_provider_["google"], 500);
  EXPECT_GT(by_provider_["world"], 500);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ProviderChainTest, testing::Values(1U, 2U, 3U, 4U));

}  // namespace
}  // namespace proxyherd::places
