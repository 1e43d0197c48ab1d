// Tests which messages acknowledge batches, at both ends of a link, beside nodes that know late
// acknowledgements and nodes of the last release.
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/support/played_neighbour.h"

namespace proxyherd::peer {
namespace {

class ReceiverTest : public ::testing::Test {
 protected:
  void Greet(bool late) {
    if (late) bona_.KnowLateAcknowledgements();
    bona_.Greet();
  }
  // Sends the next batch, without records.
  void SendBatch(bool acknowledge_now) {
    Batch batch;
    batch.number = ++batches_;
    batch.acknowledge_now = acknowledge_now;
    bona_.Send(batch);
  }
  // Returns the number that Clark's message acknowledges in its own right; 0: there is no message.
  uint64_t Acknowledged() {
    const ReceiverMessage message = bona_.Read();
    if (std::holds_alternative<std::monostate>(message)) return 0;
    return std::get<Acknowledgement>(message).batch_number;
  }
  // Sends a heartbeat, and returns the number that its answer acknowledges.
  uint64_t Beat() {
    bona_.Send(Heartbeat{++beats_});
    const auto answer = std::get<Heartbeat>(bona_.Read());
    EXPECT_EQ(answer.number, beats_);
    return answer.merged_batch;
  }

  PlayedNeighbour bona_;
  uint64_t batches_ = 0;
  uint64_t beats_ = 0;
};

TEST_F(ReceiverTest, AcknowledgesOnTheAnswerToAHeartbeatOnce) {
  Greet(true);
  SendBatch(false);
  SendBatch(false);
  bona_.Pass(kSecond);
  EXPECT_EQ(Acknowledged(), 0U);
  EXPECT_EQ(Beat(), 2U);
  EXPECT_EQ(Beat(), 0U) << "that has been said";
  SendBatch(false);
  EXPECT_EQ(Beat(), 3U);
}

TEST_F(ReceiverTest, AcknowledgesAtOnceIfABatchAsksAndAgainNotBeforeItsInterval) {
  Greet(true);
  SendBatch(false);
  SendBatch(true);
  EXPECT_EQ(Acknowledged(), 2U);
  SendBatch(true);
  SendBatch(false);
  EXPECT_EQ(Acknowledged(), 0U);
  bona_.Pass(kAcknowledgeIntervalNs);
  EXPECT_EQ(Acknowledged(), 4U) << "with all that has come in the meantime";
  EXPECT_EQ(Beat(), 0U);
}

TEST_F(ReceiverTest, AnAnswerReplacesAnAcknowledgementThatWaits) {
  Greet(true);
  SendBatch(true);
  EXPECT_EQ(Acknowledged(), 1U);
  SendBatch(true);
  EXPECT_EQ(Beat(), 2U);
  bona_.Pass(kSecond);
  EXPECT_EQ(Acknowledged(), 0U);
}

TEST_F(ReceiverTest, AcknowledgesOnAnAnswerOfRepair) {
  Greet(true);
  SendBatch(false);
  bona_.Send(RepairRequest{0, kMaxBatchBytes, {}});
  EXPECT_EQ(std::get<RepairReply>(bona_.Read()).merged_batch, 1U);
  EXPECT_EQ(Beat(), 0U);
}

TEST_F(ReceiverTest, ASenderOfTheLastReleaseGetsEachAcknowledgementAsAMessage) {
  Greet(false);
  SendBatch(false);
  EXPECT_EQ(Acknowledged(), 1U);
  SendBatch(false);
  EXPECT_EQ(Beat(), 0U);
  EXPECT_EQ(Acknowledged(), 0U);
  bona_.Pass(kAcknowledgeIntervalNs);
  EXPECT_EQ(Acknowledged(), 2U);
  SendBatch(false);
  bona_.Send(RepairRequest{0, kMaxBatchBytes, {}});
  EXPECT_EQ(std::get<RepairReply>(bona_.Read()).merged_batch, 0U);
}

class SenderTest : public ::testing::Test {
 protected:
  void Answer(bool late) {
    if (late) bona_.KnowLateAcknowledgements();
    bona_.AnswerHello();
  }
  // A client reports at Clark; returns the batch, after which Clark has nothing more to say.
  Batch Report(const std::string& client) {
    constexpr int kMaxMessages = 10;
    bona_.Pass(kBatchIntervalNs);
    bona_.Report(client);
    Batch batch;
    for (int i = 0; i < kMaxMessages; ++i) {
      const SenderMessage message = bona_.ReadOutgoing();
      if (const auto* one = std::get_if<Batch>(&message)) batch = *one;
      if (const auto* beat = std::get_if<Heartbeat>(&message)) beats_ = beat->number;
    }
    return batch;
  }
  void AnswerBeat(uint64_t merged_batch) {
    Heartbeat answer = {beats_};
    answer.merged_batch = merged_batch;
    bona_.Answer(answer);
  }

  PlayedNeighbour bona_;
  uint64_t beats_ = 0;
};

TEST_F(SenderTest, SaysThatItKnowsThem) {
  EXPECT_TRUE(std::get<Hello>(bona_.ReadOutgoing()).late_acknowledgements);
}

TEST_F(SenderTest, AsksForNothingUnderLightLoadAndReadsAnswersToHeartbeats) {
  Answer(true);
  EXPECT_FALSE(Report("kiwi").acknowledge_now);
  const Batch second = Report("fig");
  EXPECT_EQ(second.number, 2U);
  EXPECT_FALSE(second.acknowledge_now);
  EXPECT_EQ(bona_.view().lag_records, 2U);
  AnswerBeat(1);
  EXPECT_EQ(bona_.view().lag_records, 1U);
  AnswerBeat(0);
  EXPECT_EQ(bona_.view().lag_records, 1U);
  AnswerBeat(2);
  EXPECT_EQ(bona_.view().lag_records, 0U);
}

TEST_F(SenderTest, AsksOnceSomethingWaits) {
  Answer(true);
  EXPECT_FALSE(Report("kiwi").acknowledge_now);
  bona_.links().Hurry();
  EXPECT_TRUE(std::holds_alternative<Heartbeat>(bona_.ReadOutgoing()));
  EXPECT_TRUE(Report("fig").acknowledge_now);
}

TEST_F(SenderTest, ReadsAcknowledgementsOfTheLastRelease) {
  Answer(false);
  Report("kiwi");
  bona_.Answer(Acknowledgement{1});
  EXPECT_EQ(bona_.view().lag_records, 0U);
}

TEST_F(SenderTest, GivesUpANeighbourThatAcknowledgesWhatWasNeverSent) {
  Answer(true);
  Report("kiwi");
  AnswerBeat(2);
  EXPECT_EQ(bona_.view().outgoing, LinkState::kDown);
  EXPECT_EQ(bona_.view().lag_records, 1U);
}

TEST_F(SenderTest, TheSameOnAnAnswerOfRepair) {
  Answer(true);
  Report("kiwi");
  RepairReply reply;
  reply.merged_batch = 2;
  bona_.Answer(reply);
  EXPECT_EQ(bona_.view().outgoing, LinkState::kDown);
}

}  // namespace
}  // namespace proxyherd::peer
