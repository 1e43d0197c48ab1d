// Tests the total that all loops hold together.
#include "gateway/limits/held_total.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace proxyherd::gateway {
namespace {

TEST(HeldTotalTest, IsOverOnlyAboveItsBound) {
  HeldTotal held(100, 2);
  held.Change(100);
  EXPECT_FALSE(held.Over());
  held.Change(1);
  EXPECT_TRUE(held.Over());
  held.Change(-1);
  EXPECT_FALSE(held.Over());
  EXPECT_EQ(held.Bytes(), 100U);
}

TEST(HeldTotalTest, OnlyWhatIsTooMuchIsTaken) {
  HeldTotal held(100, 2);
  held.Change(150);
  EXPECT_TRUE(held.TakeExcess(40));
  EXPECT_TRUE(held.TakeExcess(40));
  EXPECT_FALSE(held.TakeExcess(40)) << "the last one was enough";
  EXPECT_EQ(held.Bytes(), 70U);
}

TEST(HeldTotalTest, WhatIsComingStopsQuestionsAndClosesNobody) {
  const auto held = std::make_shared<HeldTotal>(100, 2);
  held->Change(60);
  {
    const ComingBytes coming(held, 50);
    EXPECT_TRUE(held->Full());
    EXPECT_FALSE(held->Over());
    EXPECT_EQ(held->Bytes(), 60U);
  }
  EXPECT_FALSE(held->Full());
}

TEST(HeldTotalTest, AnAnswerMayBeHandedOnAndOutliveTheServer) {
  auto held = std::make_shared<HeldTotal>(100, 2);
  ComingBytes coming(held, 101);
  const ComingBytes handed_on(std::move(coming));
  EXPECT_TRUE(held->Full());
  const std::weak_ptr<HeldTotal> left = held;
  held.reset();
  EXPECT_TRUE(left.lock()->Full());
}

// Any number of loops that find the total too large at once take no more than one loop would.
TEST(HeldTotalTest, LoopsThatTakeAtOnceTakeNoMoreThanOneWould) {
  constexpr int kLoops = 4;
  constexpr int64_t kEach = 10;
  for (int round = 0; round < 200; ++round) {
    HeldTotal held(1000, kLoops);
    held.Change(3000);
    std::atomic<int> taken = 0;
    std::vector<std::thread> loops;
    for (int i = 0; i < kLoops; ++i) {
      loops.emplace_back([&] {
        while (held.TakeExcess(kEach)) ++taken;
      });
    }
    for (std::thread& loop : loops) loop.join();
    ASSERT_EQ(taken, 200);
    ASSERT_EQ(held.Bytes(), 1000U);
  }
}

TEST(HeldTotalTest, TheLoopWithTheLargestIsFoundAndAnEqualOneNot) {
  HeldTotal held(100, 3);
  EXPECT_EQ(held.HolderOfLargest(1), 1U) << "no loop has any";
  held.SetLargest(0, 5);
  held.SetLargest(1, 5);
  EXPECT_EQ(held.HolderOfLargest(0), 0U);
  EXPECT_EQ(held.HolderOfLargest(1), 1U);
  held.SetLargest(2, 6);
  EXPECT_EQ(held.HolderOfLargest(0), 2U);
  EXPECT_EQ(held.HolderOfLargest(2), 2U);
}

TEST(HeldTotalTest, ALoopIsWokenOnceUntilItLooks) {
  HeldTotal held(100, 2);
  EXPECT_TRUE(held.RequestCheck(1));
  EXPECT_FALSE(held.RequestCheck(1));
  EXPECT_TRUE(held.RequestCheck(0));
  held.BeginCheck(1);
  EXPECT_TRUE(held.RequestCheck(1));
}

}  // namespace
}  // namespace proxyherd::gateway
