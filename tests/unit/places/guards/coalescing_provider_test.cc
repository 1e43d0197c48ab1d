// Tests that identical searches share a call and keep their own deadlines.
#include "places/guards/coalescing_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/env.h"
#include "places/provider/refusal.h"
#include "places/provider/request_key.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;

class CoalescingProviderTest : public testing::Test {
 protected:
  void Make(size_t max_waiting) {
    auto played = std::make_unique<PlayedProvider>();
    played_ = played.get();
    merged_ = std::make_unique<CoalescingProvider>(std::move(played), time_, max_waiting);
  }
  void Search(int number, int64_t budget_ns, Outcome& outcome) {
    merged_->Search(RequestNumber(number), budget_ns, outcome.Take());
  }

  FakeClock time_;
  PlayedProvider* played_ = nullptr;
  Outcome a_, b_, c_, d_;
  std::unique_ptr<CoalescingProvider> merged_;  // last, because ending it still answers
};

TEST_F(CoalescingProviderTest, IdenticalSearchesShareOneCallAndItsAnswer) {
  Make(10);
  Search(1, 5 * kSecond, a_);
  Search(1, 5 * kSecond, b_);
  Search(2, 5 * kSecond, c_);
  EXPECT_EQ(played_->asked, 2);
  played_->Answer("{1}");
  EXPECT_EQ(a_.Text(), "{1}");
  EXPECT_EQ(b_.Text(), "{1}");
  EXPECT_EQ(c_.Text(), "nothing yet");
  EXPECT_EQ(merged_->stats().joined, 1U);
  EXPECT_EQ(merged_->stats().waiting, 1U);
  played_->Answer("{2}");
  EXPECT_EQ(c_.Text(), "{2}");
  EXPECT_EQ(time_.timers(), 0U);
  // Searches that have ended are not shared any more.
  Search(1, 5 * kSecond, d_);
  EXPECT_EQ(played_->asked, 3);
}

TEST_F(CoalescingProviderTest, EveryFieldMakesARequestAnotherOne) {
  const SearchRequest base = RequestNumber(1);
  std::vector<SearchRequest> others(11, base);
  others[0].latitude += 1e-12;
  others[1].longitude += 1e-12;
  others[2].radius_m += 1e-9;
  others[3].max_results = 3;
  others[4].types.included = {"a"};
  others[5].types.excluded = {"a"};
  others[6].types.included_primary = {"a"};
  others[7].types.excluded_primary = {"a"};
  others[8].rank = Rank::kPopularity;
  others[9].language = "de";
  others[10].region = "de";
  for (size_t i = 0; i < others.size(); ++i) {
    EXPECT_NE(RequestKey(others[i]), RequestKey(base)) << i;
    for (size_t j = 0; j < i; ++j) EXPECT_NE(RequestKey(others[i]), RequestKey(others[j])) << i;
  }
  // One string cannot look like two.
  SearchRequest one = base;
  one.types.included = {"ab"};
  SearchRequest two = base;
  two.types.included = {"a", "b"};
  EXPECT_NE(RequestKey(one), RequestKey(two));
  EXPECT_EQ(RequestKey(one), RequestKey(SearchRequest(one)));
}

TEST_F(CoalescingProviderTest, AFailureIsEverybodys) {
  Make(10);
  Search(1, 5 * kSecond, a_);
  Search(1, 5 * kSecond, b_);
  played_->Answer(absl::UnavailableError("away"));
  EXPECT_EQ(a_.Text(), "UNAVAILABLE: away");
  EXPECT_EQ(b_.Text(), "UNAVAILABLE: away");
}

TEST_F(CoalescingProviderTest, EachSearchKeepsItsDeadlineWhileTheCallGoesOn) {
  Make(10);
  Search(1, 5 * kSecond, a_);
  Search(1, 2 * kSecond, b_);
  time_.Advance(2 * kSecond - kMillisecond);
  EXPECT_EQ(b_.Text(), "nothing yet");
  time_.Advance(kMillisecond);
  EXPECT_EQ(b_.Text(), "DEADLINE_EXCEEDED: played did not answer in time");
  EXPECT_EQ(a_.Text(), "nothing yet");
  played_->Answer("{}");
  EXPECT_EQ(a_.Text(), "{}");
  EXPECT_EQ(b_.all.size(), 1U);
  EXPECT_EQ(merged_->stats().expired, 1U);
}

TEST_F(CoalescingProviderTest, ASearchWithMoreTimeThanTheCallGetsAnotherOne) {
  Make(10);
  Search(1, 2 * kSecond, a_);
  time_.Advance(kSecond);
  Search(1, 5 * kSecond, b_);
  Search(1, 3 * kSecond, c_);
  time_.Advance(996 * kMillisecond);
  played_->Answer(absl::DeadlineExceededError("too slow"));
  EXPECT_EQ(played_->asked, 2);
  EXPECT_EQ(played_->budgets_ns[1], 4 * kSecond + 4 * kMillisecond);
  EXPECT_EQ(a_.Text(), "nothing yet");
  time_.Advance(4 * kMillisecond);
  EXPECT_EQ(a_.code(), absl::StatusCode::kDeadlineExceeded);
  played_->Answer("{}");
  EXPECT_EQ(b_.Text(), "{}");
  EXPECT_EQ(c_.Text(), "{}");
  EXPECT_EQ(merged_->stats().repeated, 1U);
}

TEST_F(CoalescingProviderTest, ATimeOutOfTheUpstreamsOwnIsNotRepeated) {
  Make(10);
  Search(1, 2 * kSecond, a_);
  Search(1, 5 * kSecond, b_);
  time_.Advance(kSecond);
  played_->Answer(absl::DeadlineExceededError("a gateway gave up"));
  EXPECT_EQ(played_->asked, 1);
  EXPECT_EQ(b_.Text(), "DEADLINE_EXCEEDED: a gateway gave up");
}

TEST_F(CoalescingProviderTest, ACallPastItsTimeIsJoinedByNobody) {
  Make(10);
  Search(1, 2 * kSecond, a_);
  time_.Advance(2 * kSecond);
  EXPECT_EQ(a_.code(), absl::StatusCode::kDeadlineExceeded);
  Search(1, 2 * kSecond, b_);
  EXPECT_EQ(played_->asked, 2);
  played_->Answer("{late}");
  EXPECT_EQ(b_.Text(), "nothing yet");
  played_->Answer("{}");
  EXPECT_EQ(b_.Text(), "{}");
}

TEST_F(CoalescingProviderTest, BeyondTheBoundASearchIsRefusedAtOnce) {
  Make(2);
  Search(1, 2 * kSecond, a_);
  Search(1, 2 * kSecond, b_);
  Search(2, 2 * kSecond, c_);
  EXPECT_EQ(c_.Text(), "RESOURCE_EXHAUSTED: 2 searches wait for played already");
  EXPECT_TRUE(WasRefusedHere(c_.all[0].status()));
  EXPECT_EQ(merged_->stats().refused, 1U);
  played_->Answer("{}");
  Search(2, 2 * kSecond, d_);
  played_->Answer("{}");
  EXPECT_EQ(d_.Text(), "{}");
}

TEST_F(CoalescingProviderTest, ASearchWithoutTimeAsksNobody) {
  Make(2);
  Search(1, 0, a_);
  EXPECT_EQ(a_.Text(), "DEADLINE_EXCEEDED: no time left to ask played");
  EXPECT_EQ(played_->asked, 0);
}

TEST_F(CoalescingProviderTest, AnAnswerInsideTheCallNeedsNoTimer) {
  Make(2);
  played_->reply = [](const SearchRequest&) { return SearchAnswer{"{}", "played", ""}; };
  Search(1, kSecond, a_);
  EXPECT_EQ(a_.Text(), "{}");
  EXPECT_EQ(time_.timers(), 0U);
}

TEST_F(CoalescingProviderTest, EndingItAnswersEverybody) {
  Make(9);
  Search(1, 2 * kSecond, a_);
  Search(1, 2 * kSecond, b_);
  merged_.reset();
  EXPECT_EQ(a_.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(b_.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(time_.timers(), 0U);
}

}  // namespace
}  // namespace proxyherd::places
