// Tests reports of clients whose clocks run ahead.
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/env.h"
#include "core/table.h"

namespace proxyherd {
namespace {

constexpr int64_t kBoundNs = 60 * kSecond;
constexpr int64_t kNow = 1'600'000'000 * kSecond;

class FutureTest : public ::testing::Test {
 protected:
  static Table MakeTable(const std::string& node, int64_t max_future_ns) {
    return Table(TableOptions{
        .herd = "test", .node = node, .probe_seed = 42, .max_future_ns = max_future_ns});
  }
  // Makes a report with a time of `time_ns`, received at `received_ns`.
  static MergeOutcome Report(Table& table, int64_t time_ns, int64_t received_ns) {
    std::string nanos = std::to_string(time_ns % kSecond);
    nanos.insert(0, 9 - nanos.size(), '0');
    const std::string time = std::to_string(time_ns / kSecond) + "." + nanos;
    return table.TakeReport({"kiwi", "+1-1", time}, received_ns);
  }
  // Returns the time that orders the report in the table.
  static int64_t EffectiveNs(const Table& table) {
    int64_t effective_ns = -1;
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
      table.VisitBucket(bucket, [&](const RecordView& met) { effective_ns = met.effective_ns; });
    }
    return effective_ns;
  }

  Table table_ = MakeTable("Clark", kBoundNs);
};

TEST_F(FutureTest, IsJudgedFromTheReceiveTime) {
  EXPECT_EQ(Report(table_, kNow + kBoundNs, kNow), MergeOutcome::kWon);
  EXPECT_EQ(EffectiveNs(table_), kNow + kBoundNs);
  EXPECT_EQ(table_.FutureReports(), 0U);
  EXPECT_EQ(Report(table_, kNow + kBoundNs + 2, kNow + 1), MergeOutcome::kWon);
  EXPECT_EQ(EffectiveNs(table_), kNow + kBoundNs + 1);
  EXPECT_EQ(table_.FutureReports(), 1U);
}

TEST_F(FutureTest, TheReplyShowsTheClientsOwnTime) {
  Report(table_, kNow + 1000 * kBoundNs, kNow);
  StoredReport stored;
  ASSERT_TRUE(table_.Find("kiwi", stored));
  EXPECT_EQ(stored.client_time_ns, kNow + 1000 * kBoundNs);
  EXPECT_EQ(stored.received_ns, kNow);
}

TEST_F(FutureTest, AnHonestReportWinsOnceTheBoundHasPassed) {
  const int64_t in_twenty_years_ns = kNow + int64_t{20} * 365 * 86'400 * kSecond;
  EXPECT_EQ(Report(table_, in_twenty_years_ns, kNow), MergeOutcome::kWon);
  EXPECT_EQ(Report(table_, kNow + kBoundNs - 1, kNow + kBoundNs - 1), MergeOutcome::kStale);
  EXPECT_EQ(Report(table_, kNow + kBoundNs + 1, kNow + kBoundNs + 1), MergeOutcome::kWon);
  EXPECT_EQ(EffectiveNs(table_), kNow + kBoundNs + 1);
}

TEST_F(FutureTest, AReportFromTheFarPastLosesAsBefore) {
  EXPECT_EQ(Report(table_, kNow, kNow), MergeOutcome::kWon);
  EXPECT_EQ(Report(table_, 0, kNow + 1), MergeOutcome::kStale);
}

TEST_F(FutureTest, WithoutABoundClientsAreBelieved) {
  Table table = MakeTable("Clark", 0);
  EXPECT_EQ(Report(table, kNow + 1000 * kBoundNs, kNow), MergeOutcome::kWon);
  EXPECT_EQ(Report(table, kNow + kBoundNs + 1, kNow + kBoundNs + 1), MergeOutcome::kStale);
  EXPECT_EQ(table.FutureReports(), 0U);
}

TEST_F(FutureTest, ReplicasTakeTheVerdictOverWhateverTheirOwnBound) {
  Report(table_, kNow + 1000 * kBoundNs, kNow);
  for (const int64_t bound_ns : {int64_t{0}, kSecond, 10'000 * kBoundNs}) {
    Table replica = MakeTable("Bona", bound_ns);
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
      table_.VisitBucket(bucket, [&](const RecordView& met) {
        RecordView record = met;
        record.origin = replica.origins().Intern("Clark").value();
        EXPECT_EQ(replica.Merge(record, 0), MergeOutcome::kWon);
      });
    }
    EXPECT_EQ(EffectiveNs(replica), kNow + kBoundNs);
    EXPECT_EQ(replica.RootDigest(), table_.RootDigest());
    EXPECT_EQ(replica.FutureReports(), 0U) << "judged once";
  }
}

TEST_F(FutureTest, TheGreatestTimesDoNotOverflow) {
  constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Report(table_, kLast, 0), MergeOutcome::kWon);
  EXPECT_EQ(EffectiveNs(table_), kBoundNs);
  EXPECT_EQ(Report(table_, kLast, kLast - 1), MergeOutcome::kWon);
  EXPECT_EQ(EffectiveNs(table_), kLast) << "within the bound";
  Table with_greatest_bound = MakeTable("Clark", kLast);
  EXPECT_EQ(Report(with_greatest_bound, kLast, 0), MergeOutcome::kWon);
  EXPECT_EQ(EffectiveNs(with_greatest_bound), kLast);
}

}  // namespace
}  // namespace proxyherd
