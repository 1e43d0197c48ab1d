// Tests what is in flight, when the next batch may follow, and how large it may be.
#include "peer/link/send_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace proxyherd::peer {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

FeedPositions At(Feed::Position position) {
  FeedPositions positions{};
  positions[0] = position;
  return positions;
}

class SendWindowTest : public ::testing::Test {
 protected:
  SendWindowTest() { window_.OnStreamUp(false, 0); }

  // Sends a batch of the maximum size; each reads the feed one position further.
  uint64_t Send(bool repair = false) {
    now_ns_ = std::max(now_ns_, window_.NextWrite());
    const uint64_t number =
        window_.OnBatch({At(++read_to_), window_.batch_bytes(), repair, false}, now_ns_).number;
    window_.CheckInvariants();
    return number;
  }
  // Sends that batch; returns true if it asks for an acknowledgement at once.
  bool Asks(const SendWindow::Batch& batch) {
    now_ns_ = std::max(now_ns_, window_.NextWrite());
    const bool asks = window_.OnBatch(batch, now_ns_).acknowledge_now;
    window_.CheckInvariants();
    return asks;
  }
  void Send(int batches) {
    for (int i = 0; i < batches; ++i) Send();
  }
  // Returns the position to which the last batch that arrived by this had read the feed; 0: none.
  Feed::Position Acknowledge(uint64_t number) {
    const std::optional<FeedPositions> arrived = window_.Acknowledge(number, now_ns_);
    window_.CheckInvariants();
    return arrived.has_value() ? (*arrived)[0] : 0;
  }

  SendWindow window_;
  int64_t now_ns_ = 0;
  Feed::Position read_to_ = 0;
};

TEST_F(SendWindowTest, NumbersBatchesFromOneOnEachStream) {
  EXPECT_EQ(Send(), 1U);
  EXPECT_EQ(Send(), 2U);
  window_.OnStreamDown();
  EXPECT_TRUE(window_.Empty()) << "what was on its way is lost";
  window_.OnStreamUp(false, now_ns_);
  EXPECT_FALSE(window_.WasSent(1));
  EXPECT_EQ(Send(), 1U);
}

TEST_F(SendWindowTest, AcknowledgementsMoveTheFeedToWhatHasArrived) {
  const struct {
    const char* what;
    int sent;
    std::vector<uint64_t> acknowledged;
    std::vector<Feed::Position> arrived;
    bool empty;
  } cases[] = {
      {"one by one", 3, {1, 2, 3}, {1, 2, 3}, true},
      {"several at once", 5, {2, 5}, {2, 5}, true},
      {"not all", 5, {4}, {4}, false},
      {"again", 3, {2, 2}, {2, 0}, false},
      {"an older one", 3, {3, 1}, {3, 0}, true},
      {"the one before the first", 2, {0}, {0}, false},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    window_.OnStreamUp(false, now_ns_);
    read_to_ = 0;
    Send(one.sent);
    for (size_t i = 0; i < one.acknowledged.size(); ++i) {
      ASSERT_TRUE(window_.WasSent(one.acknowledged[i]));
      EXPECT_EQ(Acknowledge(one.acknowledged[i]), one.arrived[i]);
    }
    EXPECT_EQ(window_.Empty(), one.empty);
  }
}

TEST_F(SendWindowTest, TellsBatchesThatWereNeverSent) {
  Send(2);
  EXPECT_TRUE(window_.WasSent(2));
  EXPECT_FALSE(window_.WasSent(3));
  Acknowledge(2);
  EXPECT_TRUE(window_.WasSent(1)) << "also those that have arrived";
  EXPECT_FALSE(window_.WasSent(std::numeric_limits<uint64_t>::max()));
}

TEST_F(SendWindowTest, KnowsWhetherRepairHasArrived) {
  EXPECT_TRUE(window_.RepairArrived());
  Send(true);
  Send(false);
  Send(true);
  Send(false);
  Acknowledge(2);
  EXPECT_FALSE(window_.RepairArrived());
  Acknowledge(3);
  EXPECT_TRUE(window_.RepairArrived());
  EXPECT_FALSE(window_.Empty());
  Send(true);
  window_.OnStreamDown();
  EXPECT_TRUE(window_.RepairArrived());
}

TEST_F(SendWindowTest, WritesAtItsPaceAndFullBatchesAtOnce) {
  window_.OnStreamUp(false, 100);
  EXPECT_EQ(window_.NextWrite(), 100);
  window_.OnBatch({At(1), 1000, false, false}, 100);
  EXPECT_FALSE(window_.MayWrite(100 + kBatchIntervalNs - 1));
  EXPECT_TRUE(window_.MayWrite(100 + kBatchIntervalNs));
  window_.OnBatch({At(2), kMinBatchBytes, false, true}, 100 + kBatchIntervalNs);
  EXPECT_EQ(window_.NextWrite(), 100 + kBatchIntervalNs) << "more waits behind a full one";
}

TEST_F(SendWindowTest, PausesAfterAQuestion) {
  window_.OnQuestion(5 * kSecond, kSecond);
  EXPECT_EQ(window_.NextWrite(), 6 * kSecond);
  window_.OnQuestion(0, 2 * kSecond);
  EXPECT_EQ(window_.NextWrite(), 6 * kSecond) << "a longer pause stays";
}

TEST_F(SendWindowTest, IsFullAtItsLimitUntilSomethingArrives) {
  for (size_t i = 0; i < kMaxUnacknowledged; ++i) {
    ASSERT_NE(window_.NextWrite(), kNever) << i;
    Send();
  }
  EXPECT_EQ(window_.NextWrite(), kNever);
  EXPECT_FALSE(window_.MayWrite(kNever - 1));
  Acknowledge(1);
  EXPECT_EQ(window_.NextWrite(), now_ns_ + kBatchIntervalNs);
  Send();
  EXPECT_EQ(window_.NextWrite(), kNever);
  window_.OnStreamUp(false, now_ns_);
  EXPECT_EQ(window_.NextWrite(), now_ns_);
}

TEST_F(SendWindowTest, BatchesGrowByTheLastOneThatHasArrived) {
  EXPECT_EQ(window_.batch_bytes(), kMinBatchBytes);
  Send(2);
  Acknowledge(2);
  EXPECT_EQ(window_.batch_bytes(), 2 * kMinBatchBytes) << "both arrived; one tells";
  Send(1);
  now_ns_ += kSlowBatchNs + 1;
  Acknowledge(3);
  EXPECT_EQ(window_.batch_bytes(), kMinBatchBytes) << "it took long";
  Acknowledge(3);
  EXPECT_EQ(window_.batch_bytes(), kMinBatchBytes) << "nothing new";
}

TEST_F(SendWindowTest, AsksWhereSomethingWaits) {
  window_.OnStreamUp(true, now_ns_);
  EXPECT_FALSE(Asks({At(1), 1000}));
  EXPECT_TRUE(Asks({.feed = At(2), .bytes = 1000, .repair = true}));
  EXPECT_TRUE(Asks({.feed = At(3), .bytes = 1000, .full = true}));
  EXPECT_TRUE(Asks({.feed = At(4), .bytes = 1000, .awaited = true}));
  EXPECT_FALSE(Asks({At(5), 1000}));
}

TEST_F(SendWindowTest, AsksWhenManyBatchesAreInFlight) {
  window_.OnStreamUp(true, now_ns_);
  for (size_t i = 0; i < kMaxUnacknowledged / 2; ++i) ASSERT_FALSE(Asks({At(1), 1})) << i;
  EXPECT_TRUE(Asks({At(1), 1}));
  EXPECT_TRUE(Asks({At(1), 1})) << "until something arrives";
  Acknowledge(3);
  EXPECT_FALSE(Asks({At(1), 1}));
}

TEST_F(SendWindowTest, AsksWhenManyBytesAreInFlight) {
  window_.OnStreamUp(true, now_ns_);
  EXPECT_FALSE(Asks({At(1), kMaxLateBytes - 10}));
  EXPECT_FALSE(Asks({At(1), 9}));
  EXPECT_TRUE(Asks({At(1), 1}));
  Acknowledge(1);
  EXPECT_FALSE(Asks({At(1), 1}));
  window_.OnStreamUp(true, now_ns_);
  EXPECT_FALSE(Asks({At(1), kMaxLateBytes - 1})) << "what was in flight is lost";
}

TEST_F(SendWindowTest, AnAcknowledgementThatWaitedForAHeartbeatTellsNothingOfTheNetwork) {
  window_.OnStreamUp(true, now_ns_);
  ASSERT_TRUE(Asks({.feed = At(1), .bytes = kMinBatchBytes, .full = true}));
  Acknowledge(1);
  ASSERT_EQ(window_.batch_bytes(), 2 * kMinBatchBytes);
  ASSERT_FALSE(Asks({At(2), 1000}));
  now_ns_ += kSlowBatchNs + 1;
  Acknowledge(2);
  EXPECT_EQ(window_.batch_bytes(), 2 * kMinBatchBytes);
  ASSERT_TRUE(Asks({.feed = At(3), .bytes = 1000, .awaited = true}));
  ASSERT_FALSE(Asks({At(4), 1000}));
  now_ns_ += kSlowBatchNs + 1;
  Acknowledge(4);
  EXPECT_EQ(window_.batch_bytes(), kMinBatchBytes) << "of those, one had asked";
}

TEST_F(SendWindowTest, ANeighbourThatAlwaysAcknowledgesAtOnceShowsTheNetworkEveryTime) {
  ASSERT_TRUE(Asks({.feed = At(1), .bytes = kMinBatchBytes, .full = true}));
  Acknowledge(1);
  ASSERT_EQ(window_.batch_bytes(), 2 * kMinBatchBytes);
  ASSERT_FALSE(Asks({At(2), 1000}));
  now_ns_ += kSlowBatchNs + 1;
  Acknowledge(2);
  EXPECT_EQ(window_.batch_bytes(), kMinBatchBytes);
}

TEST_F(SendWindowTest, BatchesGrowWithAnswersOfRepair) {
  window_.OnQuestion(0, kSecond);
  window_.OnAnswer(kMinBatchBytes, kSecond + kMillisecond);
  EXPECT_EQ(window_.batch_bytes(), 2 * kMinBatchBytes);
  window_.OnQuestion(0, 2 * kSecond);
  window_.OnAnswer(100, 3 * kSecond);
  EXPECT_EQ(window_.batch_bytes(), kMinBatchBytes) << "it took long";
}

#ifndef NDEBUG
TEST_F(SendWindowTest, DeathAtABatchTooManyOrTooSoon) {
  Send();
  EXPECT_DEATH(window_.OnBatch({}, now_ns_), "MayWrite");
  EXPECT_DEATH(window_.Acknowledge(2, now_ns_), "WasSent");
}
#endif

}  // namespace
}  // namespace proxyherd::peer
