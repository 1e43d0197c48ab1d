// Tests waiting until a neighbour holds something.
#include "core/confirmations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/env.h"
#include "core/cursor.h"
#include "core/table.h"

namespace proxyherd {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ConfirmationsTest : public ::testing::Test {
 protected:
  static AwaitedPositions Places(const std::vector<FeedPosition>& places) {
    AwaitedPositions awaited;
    for (const FeedPosition& place : places) awaited.Add(place);
    return awaited;
  }
  static HeldPositions Held(Feed::Position from, Feed::Position end) {
    HeldPositions held;
    held.from.fill(from);
    held.end.fill(end);
    return held;
  }
  void Wait(const std::string& name, const std::vector<FeedPosition>& places, int64_t now_ns = 0) {
    confirmations_.Wait(Places(places), now_ns, [this, name](Confirmation confirmation) {
      constexpr const char* kWords[] = {" confirmed", " timed out", " refused"};
      done_.push_back(name + kWords[static_cast<size_t>(confirmation)]);
    });
  }

  Confirmations confirmations_{100, 3};
  std::vector<std::string> done_;
};

TEST_F(ConfirmationsTest, EndsWithTheFirstNeighbourThatHasEverything) {
  Wait("a", {{0, 5}, {7, 9}});
  confirmations_.Update("Bona", Held(1, 9));
  EXPECT_THAT(done_, IsEmpty()) << "9 is not before 9";
  confirmations_.Update("Jaquez", Held(1, 10));
  EXPECT_THAT(done_, ElementsAre("a confirmed"));
  EXPECT_EQ(confirmations_.Waiting(), 0U);
}

TEST_F(ConfirmationsTest, WhatIsHeldAlreadyIsConfirmedAtOnce) {
  confirmations_.Update("Bona", Held(1, 10));
  Wait("a", {{3, 9}});
  EXPECT_THAT(done_, ElementsAre("a confirmed"));
}

TEST_F(ConfirmationsTest, ALinkThatIsDownConfirmsNothing) {
  confirmations_.Update("Bona", Held(1, 10));
  confirmations_.Update("Bona", HeldPositions());
  Wait("a", {{3, 0}});
  EXPECT_THAT(done_, IsEmpty());
}

TEST_F(ConfirmationsTest, WhatLiesBeforeANewProcessOfTheNeighbourWaitsForRepair) {
  confirmations_.Update("Bona", Held(6, 10));
  Wait("a", {{3, 5}, {3, 9}});
  EXPECT_THAT(done_, IsEmpty()) << "one of two is not enough";
  confirmations_.Update("Bona", Held(0, 10));
  EXPECT_THAT(done_, ElementsAre("a confirmed"));
}

TEST_F(ConfirmationsTest, TimeEndsWaitsInTheirOrder) {
  EXPECT_EQ(confirmations_.NextDeadline(), std::numeric_limits<int64_t>::max());
  int wakes = 0;
  confirmations_.SetWake([&] { ++wakes; });
  Wait("a", {{0, 5}}, 1000);
  Wait("b", {{0, 5}}, 1050);
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(confirmations_.NextDeadline(), 1100);
  confirmations_.Expire(1099);
  EXPECT_THAT(done_, IsEmpty());
  confirmations_.Expire(1100);
  EXPECT_THAT(done_, ElementsAre("a timed out"));
  EXPECT_EQ(confirmations_.NextDeadline(), 1150);
}

TEST_F(ConfirmationsTest, AtMostSoManyWait) {
  for (const char* name : {"a", "b", "c", "d"}) Wait(name, {{0, 5}});
  EXPECT_THAT(done_, ElementsAre("d refused"));
  EXPECT_EQ(confirmations_.Waiting(), 3U);
}

TEST_F(ConfirmationsTest, NobodyWaitsOnceItHasStopped) {
  Wait("a", {{0, 5}});
  confirmations_.Stop();
  Wait("b", {{0, 5}});
  EXPECT_THAT(done_, ElementsAre("a timed out", "b timed out"));
}

TEST(FeedPositionTest, AReportThatLosesStandsWhereTheGreaterOneDoes) {
  Table table({.herd = "seed", .node = "Clark"});
  Cursor cursor(table, [] {});
  FeedPosition first;
  FeedPosition stale;
  FeedPosition equal;
  ASSERT_EQ(table.TakeReport({"kiwi", "+1-1", "2"}, kSecond, &first), MergeOutcome::kWon);
  ASSERT_EQ(table.TakeReport({"kiwi", "+1-1", "1"}, kSecond, &stale), MergeOutcome::kStale);
  ASSERT_EQ(table.TakeReport({"kiwi", "+1-1", "2"}, kSecond, &equal), MergeOutcome::kEqual);
  EXPECT_EQ(stale.position, first.position);
  EXPECT_EQ(equal.position, first.position);
  EXPECT_EQ(equal.stripe, first.stripe);
  EXPECT_GE(first.position, cursor.Held().end[first.stripe]);

  RecordBatch batch(1000);
  cursor.Take(batch);
  cursor.Acknowledge(cursor.Position());
  EXPECT_LT(first.position, cursor.Held().end[first.stripe]);

  FeedPosition newer;
  ASSERT_EQ(table.TakeReport({"kiwi", "+1-1", "3"}, kSecond, &newer), MergeOutcome::kWon);
  EXPECT_GE(newer.position, cursor.Held().end[newer.stripe]);
}

}  // namespace
}  // namespace proxyherd
