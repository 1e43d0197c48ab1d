// Tests repair without a link: the walk of one table against the answers of another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "peer/protocol/merge_batch.h"
#include "peer/repair/repair_answer.h"
#include "peer/repair/repair_rules.h"
#include "peer/repair/repair_walk.h"
#include "tests/support/repair_tables.h"

namespace proxyherd::peer {
namespace {

using ::testing::IsEmpty;

constexpr int64_t kTick = 0;
constexpr size_t kBatchBytes = size_t{256} * 1024;

// Both nodes have heard of these origins, in different orders, so their numbers differ.
void Put(Table& table, const std::string& client, int64_t seconds,
         const std::string& origin = "Clark") {
  const std::string time = std::to_string(seconds);
  const OriginIndex index = table.origins().Intern(origin).value();
  table.Merge({index, seconds * kSecond, seconds * kSecond, client, "+1-1", time}, 0);
}

// The cost of a whole walk.
struct Cost {
  uint64_t to_answerer = 0;  // records
  uint64_t to_asker = 0;
  uint64_t questions = 0;
  uint64_t values = 0;
  uint64_t differences = 0;
};

constexpr uint32_t kGroups = 64;

class RepairTest : public ::testing::Test {
 protected:
  Cost Repair(size_t batch_bytes = kBatchBytes) { return Repair({HashRange{}}, batch_bytes); }

  Cost Repair(const std::vector<HashRange>& ranges, size_t batch_bytes) {
    Cost cost;
    RecordBatch batch(batch_bytes);
    RecordBatch scratch(batch_bytes);
    RepairWalk walk(asker_);
    walk.Begin(kTick, ranges);
    while (!walk.Exhausted()) {
      batch.Clear();
      walk.CopyWanted(batch);
      if (!batch.Empty()) {
        cost.to_answerer += batch.Records();
        Take(batch.bytes(), batch.origins(), asker_, answerer_, nullptr);
        continue;
      }
      const std::optional<RepairRequest> request = walk.Ask(batch_bytes);
      if (!request.has_value()) continue;
      ++cost.questions;
      for (const RepairRange& range : request->ranges) cost.values += range.values.size();
      absl::StatusOr<RepairAnswer> answer = AnswerRepair(*request, answerer_, scratch);
      EXPECT_TRUE(answer.ok()) << answer.status();
      if (!answer.ok()) return cost;
      cost.to_asker += scratch.Records();
      Take(scratch.bytes(), scratch.origins(), answerer_, asker_, &walk);
      EXPECT_TRUE(walk.OnReply(answer->reply));
    }
    cost.differences = walk.differences();
    return cost;
  }

  // Merges records of `from` into `to`, as a link does.
  static void Take(const std::string& records, const std::vector<OriginIndex>& origins,
                   const Table& from, Table& to, RepairWalk* walk) {
    Batch batch;
    batch.records = records;
    for (OriginIndex origin : origins) {
      batch.origins.push_back({origin, std::string(from.origins().NameOf(origin))});
    }
    MergeCounts counts;
    const auto met = [&](const RecordView& record, MergeOutcome outcome) {
      if (walk != nullptr && outcome != MergeOutcome::kEqual)
        walk->OnMissingHere(to.HashOf(record));
    };
    EXPECT_TRUE(MergeBatch(batch, 0, to, counts, met).ok());
    EXPECT_EQ(counts.invalid, 0U);
  }

  Table asker_ = MakeTable("Bailey");
  Table answerer_ = MakeTable("Bona");
};

TEST_F(RepairTest, TablesThatAreEqualCostOneSmallQuestion) {
  for (int i = 0; i < 5000; ++i) {
    Put(asker_, absl::StrCat("client", i), 1);
    Put(answerer_, absl::StrCat("client", i), 1);
  }
  const Cost cost = Repair();
  EXPECT_EQ(cost.questions, 1U);
  EXPECT_EQ(cost.values, kGroups);
  EXPECT_EQ(cost.to_asker + cost.to_answerer + cost.differences, 0U);
}

TEST_F(RepairTest, EachDirectionGetsWhatItLacks) {
  Put(asker_, "only-here", 1);
  Put(answerer_, "only-there", 1, "Jaquez");
  Put(asker_, "newer-here", 2);
  Put(answerer_, "newer-here", 1);
  Put(asker_, "newer-there", 1);
  Put(answerer_, "newer-there", 2, "Jaquez");
  const Cost cost = Repair();
  EXPECT_EQ(asker_.RootDigest(), answerer_.RootDigest());
  EXPECT_EQ(asker_.Records(), 4U);
  // The answerer cannot know which version is newer; the asker can, once it has merged the answer.
  EXPECT_EQ(cost.to_answerer, 2U);
  EXPECT_EQ(cost.to_asker, 3U);
  EXPECT_EQ(Repair().questions, 1U) << "now they are equal";
}

TEST_F(RepairTest, OneEmptySideGetsEverythingOnce) {
  for (int i = 0; i < 20'000; ++i) Put(asker_, absl::StrCat("client", i), 1);
  Cost cost = Repair();
  EXPECT_EQ(cost.to_answerer, 20'000U);
  EXPECT_EQ(cost.values, kGroups) << "who has nothing is asked nothing more";
  EXPECT_EQ(asker_.RootDigest(), answerer_.RootDigest());
  for (int i = 0; i < 20'000; ++i) Put(answerer_, absl::StrCat("another", i), 1);
  cost = Repair();
  EXPECT_EQ(cost.to_asker, 20'000U);
  EXPECT_EQ(asker_.RootDigest(), answerer_.RootDigest());
}

TEST_F(RepairTest, FullBatchesAreContinuedWhereTheyEnded) {
  for (int i = 0; i < 3000; ++i) {
    Put(i % 2 == 0 ? asker_ : answerer_, absl::StrCat("client", i), 1);
    Put(i % 3 == 0 ? asker_ : answerer_, absl::StrCat("client", i), 2);
  }
  const Cost cost = Repair(200);
  EXPECT_EQ(asker_.RootDigest(), answerer_.RootDigest());
  EXPECT_EQ(asker_.Records(), 3000U);
  EXPECT_LE(cost.to_asker + cost.to_answerer, 6000U) << "nothing is sent twice";
}

TEST_F(RepairTest, AWalkOfSomeRangesLeavesTheOthersAlone) {
  for (int i = 0; i < 2000; ++i) Put(asker_, absl::StrCat("client", i), 1);
  const HashRange quarter_of_bucket = {uint64_t{77} << 52 | uint64_t{1} << 50, kBucketBits + 2};
  size_t inside = 0;
  asker_.VisitRange(quarter_of_bucket, kTick, [&](const RangeRecord&) { ++inside; });
  const Cost cost = Repair({quarter_of_bucket}, kBatchBytes);
  EXPECT_EQ(cost.to_answerer, inside);
  EXPECT_EQ(answerer_.Records(), inside);
}

// Makes ids that all have the same shared hash, as an attacker can: if the first eight bytes are
// XXH3's secret plus the seed, the next eight have no effect.
std::string CollidingId(uint64_t number) {
  constexpr uint64_t kSecretOfXxh3 = 0xbe4ba423396cfeb8;
  const uint64_t neutral = kSecretOfXxh3 + XXH3_64bits("test", 4);
  std::string id(32, 'x');
  std::memcpy(id.data(), &neutral, sizeof(neutral));
  const std::string digits = std::to_string(10'000'000 + number);
  return id.replace(sizeof(neutral), digits.size(), digits);
}

TEST_F(RepairTest, RangesThatCannotBeDividedAreRepairedAllTheSame) {
  constexpr uint64_t kIds = 2 * kMaxLeafHashes;
  for (uint64_t i = 0; i < kIds; ++i) {
    ASSERT_EQ(asker_.SharedHash(CollidingId(i)), asker_.SharedHash(CollidingId(0)));
    if (i % 8 != 0) Put(asker_, CollidingId(i), 1);
    if (i % 8 != 1) Put(answerer_, CollidingId(i), 1);
  }
  Repair();
  EXPECT_EQ(asker_.Records(), kIds);
  EXPECT_EQ(asker_.RootDigest(), answerer_.RootDigest());
}

TEST_F(RepairTest, AnAnswerLooksAtABoundedNumberOfRecords) {
  for (uint64_t i = 0; i < kRecordsPerStep; ++i) Put(answerer_, CollidingId(i), 1);
  const HashRange bucket = {answerer_.SharedHash(CollidingId(0)) >> 52 << 52, kBucketBits};
  RepairRequest request;
  request.ranges.assign(3, RepairRange{bucket, false, std::vector<uint64_t>(16, 7)});
  RecordBatch scratch(kBatchBytes);
  const absl::StatusOr<RepairAnswer> answer = AnswerRepair(request, answerer_, scratch);
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->reply.verdicts[0].more);
  EXPECT_TRUE(answer->reply.verdicts[1].more);
  EXPECT_TRUE(answer->reply.verdicts[2].more);
  EXPECT_THAT(answer->reply.verdicts[2].differing, IsEmpty());
}

// Covers tables of all sizes with differences of all kinds.
class RepairOfRandomTables : public RepairTest, public ::testing::WithParamInterface<uint64_t> {};

TEST_P(RepairOfRandomTables, EndsInEqualTablesAtACostByTheDifference) {
  std::mt19937_64 random(GetParam());
  const uint64_t clients = random() % 20'000;
  const uint64_t one_in = uint64_t{2} << (random() % 12);  // how many clients differ
  uint64_t different = 0;
  for (uint64_t i = 0; i < clients; ++i) {
    const std::string client = absl::StrCat("client", i);
    const bool differs = random() % one_in == 0;
    const uint64_t how = random() % 4;
    different += differs ? 1 : 0;
    if (!differs || how != 0) Put(asker_, client, differs && how == 1 ? 2 : 1);
    if (!differs || how != 2) Put(answerer_, client, differs && how == 3 ? 2 : 1);
  }
  const size_t batch_bytes = GetParam() % 3 == 0 ? 1000 : kBatchBytes;
  const Cost cost = Repair(batch_bytes);
  EXPECT_EQ(asker_.RootDigest(), answerer_.RootDigest());
  EXPECT_EQ(asker_.Records(), clients);
  EXPECT_EQ(answerer_.Records(), clients);
  EXPECT_GE(cost.to_asker + cost.to_answerer, different);
  EXPECT_LE(cost.to_asker + cost.to_answerer, 2 * different);
  EXPECT_LE(cost.differences, 2 * different);
  if (batch_bytes == kBatchBytes) {
    // Below the groups of buckets there are at most two levels of sixteen values each.
    EXPECT_LE(cost.values,
              kGroups + std::min<uint64_t>(kBuckets, different * kGroups) + different * 2 * 16);
  }
  EXPECT_EQ(Repair(batch_bytes).questions, 1U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RepairOfRandomTables, ::testing::Range<uint64_t>(1, 41));

}  // namespace
}  // namespace proxyherd::peer
