// Tests limits of a neighbour's messages: each is reached, has its effect, and is counted.
#include "peer/protocol/link_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "peer/repair/repair_rules.h"
#include "tests/support/played_neighbour.h"

namespace proxyherd::peer {
namespace {

using ::testing::HasSubstr;

std::string Block(OriginIndex origin, const std::string& client) {
  const RecordView record = {origin, 5 * kSecond, 1, client, "+1-1", "5"};
  std::string block(record.Bytes(), '\0');
  EncodeRecord(record, block.data());
  return block;
}

const Heartbeat kBeat = {1, std::nullopt, 0, 0, false};

class LinkLimitsTest : public ::testing::Test {
 protected:
  void SetUp() override { neighbour_.Greet(); }

  uint64_t Hits(LinkLimit limit) const { return neighbour_.view().limits[limit]; }
  void ExpectEndedBy(LinkLimit limit) {
    ASSERT_TRUE(neighbour_.ended().has_value());
    EXPECT_EQ(neighbour_.ended()->code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(neighbour_.ended()->message()),
                HasSubstr("Bona exceeds the limit " + std::string(NameOf(limit))));
    EXPECT_EQ(Hits(limit), 1U);
  }

  PlayedNeighbour neighbour_;
};

TEST_F(LinkLimitsTest, ABatchMayBeAsLargeAsASenderMakesIt) {
  Batch batch = {1, {{3, "Bona"}}, ""};
  for (int i = 0; batch.records.size() < kMaxBatchBytes; ++i) {
    batch.records += Block(3, absl::StrCat("client-", i));
  }
  batch.records += Block(3, std::string(kMaxWireBatchBytes - batch.records.size() - 29, 'x'));
  ASSERT_EQ(batch.records.size(), kMaxWireBatchBytes);
  neighbour_.Send(batch);
  EXPECT_FALSE(neighbour_.ended().has_value());
  EXPECT_TRUE(std::holds_alternative<Acknowledgement>(neighbour_.Read()));
  EXPECT_EQ(neighbour_.view().received.records.invalid, 0U);

  batch.number = 2;
  batch.records += Block(3, "one-more");
  neighbour_.Send(batch);
  ExpectEndedBy(LinkLimit::kBatchBytes);
  StoredReport report;
  EXPECT_FALSE(neighbour_.table().Find("one-more", report)) << "nothing of it was merged";
}

TEST_F(LinkLimitsTest, ABatchNamesNoMoreOriginsThanCanBeKept) {
  Batch batch = {1, {}, ""};
  for (uint32_t i = 0; i < kMaxBatchOrigins; ++i) batch.origins.push_back({i, "Bona"});
  neighbour_.Send(batch);
  EXPECT_FALSE(neighbour_.ended().has_value());
  batch.number = 2;
  batch.origins.push_back({0, "Bona"});
  neighbour_.Send(batch);
  ExpectEndedBy(LinkLimit::kBatchOrigins);
}

TEST_F(LinkLimitsTest, NamesWithoutRecordsTakeNoRoomOfOthers) {
  for (uint64_t number = 1; number <= 3; ++number) {
    Batch batch = {number, {}, ""};
    for (uint32_t i = 0; i < kMaxBatchOrigins; ++i) {
      batch.origins.push_back({i, absl::StrCat("n", number, "-", i)});
    }
    neighbour_.Send(batch);
  }
  neighbour_.Send(Batch{4, {{0, "Jaquez"}}, Block(0, "kiwi")});
  EXPECT_EQ(neighbour_.view().received.records.won, 1U);
  EXPECT_EQ(Hits(LinkLimit::kOrigins), 0U);
}

TEST_F(LinkLimitsTest, RecordsOfMoreNodesThanCanBeKeptAreSkipped) {
  ASSERT_TRUE(neighbour_.table().origins().Intern("Jaquez").has_value());
  Batch batch = {1, {}, ""};
  for (uint32_t i = 0; i < kMaxBatchOrigins; ++i) {
    batch.origins.push_back({i, absl::StrCat("made-up-", i)});
    batch.records += Block(static_cast<OriginIndex>(i), absl::StrCat("c", i));
  }
  neighbour_.Send(batch);
  EXPECT_FALSE(neighbour_.ended().has_value()) << "bad records are no reason to end a link";
  // Clark and Jaquez were known before.
  EXPECT_EQ(neighbour_.view().received.records.invalid, 2U);
  EXPECT_EQ(Hits(LinkLimit::kOrigins), 2U);

  neighbour_.Send(Batch{2, {{0, "Jaquez"}}, Block(0, "kiwi")});
  StoredReport report;
  ASSERT_TRUE(neighbour_.table().Find("kiwi", report)) << "a name that is kept goes on to count";
  EXPECT_EQ(report.server, "Jaquez");
}

TEST_F(LinkLimitsTest, AFloodOfMessagesEndsTheStream) {
  for (int64_t i = 0; i < kMessageBurst; ++i) neighbour_.Send(kBeat);
  EXPECT_FALSE(neighbour_.ended().has_value());
  neighbour_.Send(kBeat);
  ExpectEndedBy(LinkLimit::kMessageRate);
}

TEST_F(LinkLimitsTest, MessagesAtTheHighestHonestRateGoOnForEver) {
  uint64_t number = 0;
  for (int round = 0; round < 20'000; ++round) {
    neighbour_.Send(Batch{++number, {}, ""});
    neighbour_.Read();
    neighbour_.Pass(kBatchIntervalNs);
  }
  EXPECT_FALSE(neighbour_.ended().has_value());
}

TEST_F(LinkLimitsTest, AFloodOfAnswersEndsTheOtherStream) {
  neighbour_.AnswerHello();
  ASSERT_EQ(neighbour_.view().outgoing, LinkState::kUp);
  for (int64_t i = 0; i <= kMessageBurst; ++i) neighbour_.Answer(kBeat);
  EXPECT_EQ(neighbour_.view().outgoing, LinkState::kDown);
  EXPECT_EQ(neighbour_.view().reason, "Bona exceeds the limit message_rate of a link");
  EXPECT_EQ(Hits(LinkLimit::kMessageRate), 1U);
}

TEST(RepairLimits, ANeighbourThatLeavesEveryQuestionOpenIsAskedAgainOnlyAfterAPause) {
  PlayedNeighbour jaquez("Jaquez");
  jaquez.Greet();
  jaquez.AnswerHello();
  jaquez.Report("kiwi");
  const auto question = [&] {
    SenderMessage message = jaquez.ReadOutgoing();
    while (message.index() != 0 && !std::holds_alternative<RepairRequest>(message)) {
      message = jaquez.ReadOutgoing();
    }
    return message.index() != 0;
  };
  EXPECT_FALSE(question());
  Heartbeat beat = kBeat;
  beat.digest = TableDigest{0, 7, std::nullopt};
  jaquez.Answer(beat);
  jaquez.Pass(kBatchIntervalNs);
  ASSERT_TRUE(question());
  RepairReply open;
  open.verdicts.push_back({{}, {}, true});
  const int64_t pause_ns = (kBuckets + 1) * kPausePerRecordNs;
  for (int i = 0; i < 10; ++i) {
    jaquez.Answer(open);
    jaquez.Pass(pause_ns - 1);
    EXPECT_FALSE(question());
    jaquez.Pass(1);
    EXPECT_TRUE(question());
  }
}

TEST(RepairLimits, AnAnswerHasTheLimitsOfABatch) {
  PlayedNeighbour jaquez("Jaquez");
  jaquez.Greet();
  jaquez.AnswerHello();
  RepairReply reply;
  reply.records = std::string(kMaxWireBatchBytes + 1, 'x');
  jaquez.Answer(reply);
  EXPECT_EQ(jaquez.view().reason, "Jaquez exceeds the limit batch_bytes of a link");
  EXPECT_EQ(jaquez.view().limits[LinkLimit::kBatchBytes], 1U);
}

}  // namespace
}  // namespace proxyherd::peer
