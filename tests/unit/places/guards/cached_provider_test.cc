// Tests which answers are cached, for how long, and which are evicted first.
#include "places/guards/cached_provider.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/env.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

class CachedProviderTest : public testing::Test {
 protected:
  void Make(const CacheOptions& options) {
    auto played = std::make_unique<PlayedProvider>();
    played_ = played.get();
    played_->reply = [this](const SearchRequest&) { return reply_; };
    cache_ = std::make_unique<CachedProvider>(std::move(played), options, time_);
  }
  std::string Search(int number) {
    Outcome outcome;
    cache_->Search(RequestNumber(number), kSecond, outcome.Take());
    return outcome.Text();
  }

  FakeClock time_;
  absl::StatusOr<SearchAnswer> reply_ = SearchAnswer{"{}", "played", ""};
  PlayedProvider* played_ = nullptr;
  std::unique_ptr<CachedProvider> cache_;
};

TEST_F(CachedProviderTest, ByDefaultNothingIsKept) {
  Make({});
  Search(1);
  Search(1);
  EXPECT_EQ(played_->asked, 2);
  EXPECT_EQ(cache_->stats().entries, 0U);
}

TEST_F(CachedProviderTest, ASuccessIsKeptForItsLifetimeAndNotLonger) {
  Make({.lifetime_ns = 10 * kSecond});
  EXPECT_EQ(Search(1), "{}");
  reply_ = SearchAnswer{"{new}", "played", ""};
  time_.Advance(10 * kSecond - kMillisecond);
  EXPECT_EQ(Search(1), "{}");
  EXPECT_EQ(played_->asked, 1);
  time_.Advance(kMillisecond);  // being used does not make it younger
  EXPECT_EQ(Search(1), "{new}");
  EXPECT_EQ(played_->asked, 2);
  const auto stats = cache_->stats();
  EXPECT_EQ(stats.hits, 1U);
  EXPECT_EQ(stats.misses, 2U);
  EXPECT_EQ(stats.expired, 1U);
}

TEST_F(CachedProviderTest, WhatIsTooOldGoesEvenWhenNobodyAsks) {
  Make({.lifetime_ns = 10 * kSecond});
  Search(1);
  time_.Advance(10 * kSecond);
  EXPECT_EQ(cache_->stats().entries, 0U);
  EXPECT_EQ(cache_->stats().bytes, 0U);
}

TEST_F(CachedProviderTest, AFailureIsNotKept) {
  Make({.lifetime_ns = 10 * kSecond});
  reply_ = absl::UnavailableError("away");
  EXPECT_EQ(Search(1), "UNAVAILABLE: away");
  reply_ = SearchAnswer{"{}", "played", ""};
  EXPECT_EQ(Search(1), "{}");
}

TEST_F(CachedProviderTest, WhatWasNotUsedForLongestGoesFirst) {
  Make({.lifetime_ns = 1000 * kSecond});
  Search(1);
  const size_t entry = cache_->stats().bytes;
  Make({.lifetime_ns = 1000 * kSecond, .max_bytes = 3 * entry});
  for (const int number : {1, 2, 3, 1, 4}) Search(number);
  EXPECT_EQ(played_->asked, 4);
  EXPECT_EQ(cache_->stats().entries, 3U);
  EXPECT_EQ(cache_->stats().evicted, 1U);
  EXPECT_LE(cache_->stats().bytes, 3 * entry);
  Search(1);
  EXPECT_EQ(played_->asked, 4);
  Search(2);
  EXPECT_EQ(played_->asked, 5);
}

TEST_F(CachedProviderTest, AnAnswerAboveAllRoomIsPassedOnAndNotKept) {
  Make({.lifetime_ns = 1000 * kSecond, .max_bytes = 1000});
  reply_ = SearchAnswer{std::string(2000, ' '), "played", ""};
  EXPECT_EQ(Search(1).size(), 2000U);
  EXPECT_EQ(cache_->stats().entries, 0U);
}

TEST_F(CachedProviderTest, ReloadForgetsEverythingAndWhatWasAskedBefore) {
  Make({.lifetime_ns = 1000 * kSecond});
  Search(1);
  played_->reply = nullptr;
  Outcome slow;
  cache_->Search(RequestNumber(2), kSecond, slow.Take());
  cache_->Reload();
  EXPECT_EQ(played_->reloads, 1);
  EXPECT_EQ(cache_->stats().entries, 0U);
  played_->Answer("{old}");
  EXPECT_EQ(slow.Text(), "{old}");
  EXPECT_EQ(cache_->stats().entries, 0U);
}

TEST_F(CachedProviderTest, TwoAnswersToOneRequestAreKeptOnce) {
  Make({.lifetime_ns = 1000 * kSecond});
  played_->reply = nullptr;
  Outcome a, b;
  cache_->Search(RequestNumber(1), kSecond, a.Take());
  cache_->Search(RequestNumber(1), kSecond, b.Take());
  played_->Answer("{a}");
  played_->Answer("{b}");
  EXPECT_EQ(cache_->stats().entries, 1U);
  EXPECT_EQ(Search(1), "{b}");
}

}  // namespace
}  // namespace proxyherd::places
