// Tests messages of repair that each end refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "peer/repair/repair_answer.h"
#include "peer/repair/repair_rules.h"
#include "peer/repair/repair_walk.h"
#include "tests/support/repair_tables.h"

namespace proxyherd::peer {
namespace {

using ::testing::IsEmpty;

constexpr int64_t kTick = 0;
constexpr size_t kBatchBytes = size_t{256} * 1024;
constexpr uint32_t kGroups = 64;

// Tests violations by an answerer, seen from the asker.
class HostileReplyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 100; ++i) asker_.TakeReport({absl::StrCat("client", i), "+1-1", "1"}, 1);
    walk_.Begin(kTick);
    ASSERT_TRUE(walk_.Ask(kBatchBytes).has_value());
  }
  static RepairReply Reply(const RangeVerdict& verdict) {
    RepairReply reply;
    reply.verdicts = {verdict};
    return reply;
  }

  Table asker_ = MakeTable("Bailey");
  RepairWalk walk_{asker_};
};

TEST_F(HostileReplyTest, AReplyWithoutEveryVerdictIsRefused) {
  EXPECT_FALSE(walk_.OnReply(RepairReply{}));
}

TEST_F(HostileReplyTest, AReplyWithMoreVerdictsThanRangesIsRefused) {
  RepairReply reply;
  reply.verdicts.resize(2);
  EXPECT_FALSE(walk_.OnReply(reply));
}

TEST_F(HostileReplyTest, PartsThatDoNotExistAreRefused) {
  EXPECT_FALSE(walk_.OnReply(Reply({{kGroups}, {1}, false})));
}

TEST_F(HostileReplyTest, PartsWithoutNumbersOfRecordsAreRefused) {
  EXPECT_FALSE(walk_.OnReply(Reply({{1, 2}, {1}, false})));
}

TEST_F(HostileReplyTest, MorePartsThanWereAskedAboutAreRefused) {
  RangeVerdict verdict;
  verdict.differing.assign(kGroups + 1, 3);
  verdict.records.assign(kGroups + 1, 1);
  EXPECT_FALSE(walk_.OnReply(Reply(verdict)));
}

TEST_F(HostileReplyTest, RecordsThatWereNotNamedAreRefused) {
  const uint64_t hash = asker_.SharedHash("client1");
  const auto group = static_cast<uint32_t>(hash >> 58);
  ASSERT_TRUE(walk_.OnReply(Reply({{group}, {1}, false})));
  ASSERT_TRUE(walk_.Ask(kBatchBytes).has_value());
  const auto bucket = static_cast<uint32_t>(hash >> 52) % kGroups;
  ASSERT_TRUE(walk_.OnReply(Reply({{bucket}, {1}, false})));
  const std::optional<RepairRequest> leaf = walk_.Ask(kBatchBytes);
  ASSERT_TRUE(leaf.has_value());
  ASSERT_TRUE(leaf->ranges[0].by_record);
  const auto beyond = static_cast<uint32_t>(leaf->ranges[0].values.size());
  EXPECT_FALSE(walk_.OnReply(Reply({{beyond}, {}, false})));
}

TEST_F(HostileReplyTest, AnAnswerWithoutAQuestionIsRefused) {
  ASSERT_TRUE(walk_.OnReply(Reply({})));
  EXPECT_FALSE(walk_.OnReply(Reply({})));
}

// Tests questions that break the rules of link.proto.
TEST(RepairQuestions, ThatBreakTheRulesAreRefused) {
  const Table table = MakeTable("Bona");
  const std::vector<uint64_t> sixteen(16);
  const std::vector<uint64_t> all(kGroups);
  const auto many = [](size_t count, const RepairRange& range) {
    return std::vector<RepairRange>(count, range);
  };
  const RepairRange leaf = {{0, kBucketBits}, true, {}};
  const struct {
    const char* what;
    std::vector<RepairRange> ranges;
    bool valid;
  } cases[] = {
      {"nothing", {}, true},
      {"all groups", {{{}, false, all}}, true},
      {"all groups but one", {{{}, false, std::vector<uint64_t>(kGroups - 1)}}, false},
      {"a group of buckets", {{{uint64_t{5} << 58, 6}, false, all}}, true},
      {"a group by record", {{{0, 6}, true, {}}}, false},
      {"the whole by record", {{{}, true, {}}}, false},
      {"the whole, in sixteen", {{{}, false, sixteen}}, false},
      {"part of the buckets", {{{0, 4}, false, sixteen}}, false},
      {"a bucket", {{{uint64_t{5} << 52, 12}, false, sixteen}}, true},
      {"a bucket in fifteen", {{{0, 12}, false, std::vector<uint64_t>(15)}}, false},
      {"a bucket in none", {{{0, 12}, false, {}}}, false},
      {"a range that does not begin at its bits", {{{1, 12}, false, sixteen}}, false},
      {"the smallest range that has parts", {{{0, 56}, false, sixteen}}, true},
      {"a range too small for parts", {{{0, 57}, false, sixteen}}, false},
      {"the smallest range by record", {{{0, 60}, true, {1, 2}}}, true},
      {"a smaller one", {{{0, 61}, true, {}}}, false},
      {"bits beyond a hash", {{{0, 1000}, true, {}}}, false},
      {"as many ranges as may be", many(kMaxQuestionRanges, leaf), true},
      {"one range more", many(kMaxQuestionRanges + 1, leaf), false},
      {"as many values as may be", {{{0, 12}, true, std::vector<uint64_t>(16'384)}}, true},
      {"one value more", {{{0, 12}, true, std::vector<uint64_t>(16'385)}}, false},
  };
  RecordBatch scratch(kBatchBytes);
  for (const auto& question : cases) {
    const absl::StatusOr<RepairAnswer> answer =
        AnswerRepair({0, kBatchBytes, question.ranges}, table, scratch);
    EXPECT_EQ(answer.ok(), question.valid) << question.what;
    if (!question.valid) {
      EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument) << question.what;
    } else {
      EXPECT_EQ(answer->reply.verdicts.size(), question.ranges.size()) << question.what;
    }
  }
}

TEST(RepairQuestions, OfATickThatIsNotKnownAreAnsweredSo) {
  const Table table = MakeTable("Bona");
  RecordBatch scratch(kBatchBytes);
  for (const int64_t tick : {-1, 1}) {
    const absl::StatusOr<RepairAnswer> answer =
        AnswerRepair({tick, kBatchBytes, {{{0, kBucketBits}, true, {}}}}, table, scratch);
    ASSERT_TRUE(answer.ok());
    EXPECT_FALSE(answer->reply.knows_tick);
    EXPECT_THAT(answer->reply.verdicts, IsEmpty());
  }
}

TEST(RepairQuestions, WithTheSameHashTwiceAreAnswered) {
  Table table = MakeTable("Bona");
  table.TakeReport({"kiwi", "+1-1", "1"}, 1);
  uint64_t hash = 0;
  const HashRange bucket = {table.SharedHash("kiwi") >> 52 << 52, kBucketBits};
  table.VisitRange(bucket, kTick, [&](const RangeRecord& met) { hash = met.record_hash; });
  RecordBatch scratch(kBatchBytes);
  const absl::StatusOr<RepairAnswer> answer =
      AnswerRepair({kTick, kBatchBytes, {{bucket, true, {9, hash, hash}}}}, table, scratch);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->reply.verdicts[0].differing.front(), 0U);
  EXPECT_TRUE(scratch.Empty());
}

}  // namespace
}  // namespace proxyherd::peer
