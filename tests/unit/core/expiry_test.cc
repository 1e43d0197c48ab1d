// Tests that records are forgotten and deleted in time, and that digests still agree.
#include "core/expiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/cursor.h"
#include "core/table.h"

namespace proxyherd {
namespace {

constexpr int64_t kAfter = 1000 * kSecond;
constexpr int64_t kGraceNs = 400 * kSecond;
constexpr int64_t kTick = kGraceNs / 4;
constexpr int64_t kStart = 1'600'000'000 * kSecond;

std::unique_ptr<Table> MakeTable(const std::string& node) {
  TableOptions options{.herd = "test", .node = node, .probe_seed = 42};
  options.expiry = {kAfter, kGraceNs};
  return std::make_unique<Table>(options);
}

// Expires until the sweep in progress, if any, is done.
void ExpireAll(Table& table, int64_t now_ns) {
  table.Expire(now_ns);
  while (!table.Digest().has_value() || !table.Digest()->previous_sum.has_value()) {
    table.Expire(now_ns);
  }
}

MergeOutcome Put(Table& table, const std::string& client, int64_t received_ns) {
  const std::string time = std::to_string(received_ns / kSecond);
  return table.Merge({0, received_ns / kSecond * kSecond, received_ns, client, "+1-1", time}, 0);
}

bool Knows(const Table& table, const std::string& client) {
  StoredReport report;
  return table.Find(client, report);
}

TEST(ExpiryRule, WithoutItEverythingIsKnownForEver) {
  const ExpiryRule never;
  EXPECT_LE(never.KnownSince(kStart), 0);
  EXPECT_LE(never.KeptSince(kStart), 0);
  EXPECT_LE(never.CutoffOf(never.TickAt(kStart)), 0);
}

TEST(ExpiryRule, TheCutoffLiesWhereEveryNodeHasEverything) {
  const ExpiryRule rule{kAfter, kGraceNs};
  for (int64_t now_ns = kStart; now_ns < kStart + 3 * kTick; now_ns += kTick / 7) {
    const int64_t tick = rule.TickAt(now_ns);
    EXPECT_LE(rule.CutoffOf(tick), rule.KnownSince(now_ns) - kGraceNs / 2);
    EXPECT_GT(rule.CutoffOf(tick + 1), rule.KnownSince(now_ns) - kGraceNs / 2);
    // The same for the previous tick, for a node whose clock is a tick behind.
    EXPECT_GE(rule.CutoffOf(tick - 1), rule.KeptSince(now_ns));
  }
}

TEST(Expiry, AClientIsUnknownAtItsTimeAndGoneAfterTheGrace) {
  auto table = MakeTable("Clark");
  ExpireAll(*table, kStart);
  ASSERT_EQ(Put(*table, "kiwi", kStart), MergeOutcome::kWon);
  ExpireAll(*table, kStart + kAfter);
  EXPECT_TRUE(Knows(*table, "kiwi"));
  ExpireAll(*table, kStart + kAfter + 1);
  EXPECT_FALSE(Knows(*table, "kiwi"));
  size_t listed = 0;
  for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
    table->VisitBucket(bucket, [&](const RecordView&) { ++listed; });
  }
  EXPECT_EQ(listed, 0U);
  EXPECT_EQ(table->Records(), 1U);
  ExpireAll(*table, kStart + kAfter + kGraceNs);
  EXPECT_EQ(table->Records(), 1U);
  ExpireAll(*table, kStart + kAfter + kGraceNs + kTick + 1);
  EXPECT_EQ(table->Records(), 0U);
  EXPECT_EQ(table->ExpiredRecords(), 1U);
  EXPECT_EQ(table->RootDigest(), 0U);
}

TEST(Expiry, ARecordThatIsTooOldIsNotTakenAgain) {
  auto table = MakeTable("Clark");
  ExpireAll(*table, kStart);
  EXPECT_EQ(Put(*table, "old", kStart - kAfter - kGraceNs - 1), MergeOutcome::kExpired);
  EXPECT_EQ(Put(*table, "just", kStart - kAfter - kGraceNs), MergeOutcome::kWon);
  EXPECT_FALSE(Knows(*table, "just"));
  EXPECT_EQ(table->Records(), 1U);
  EXPECT_EQ(table->ExpiredRecords(), 1U);
}

TEST(Expiry, AClientThatReportsAgainIsKnownAgain) {
  auto table = MakeTable("Clark");
  ExpireAll(*table, kStart);
  Put(*table, "kiwi", kStart);
  ExpireAll(*table, kStart + 2 * kAfter);
  EXPECT_FALSE(Knows(*table, "kiwi"));
  EXPECT_EQ(Put(*table, "kiwi", kStart + 2 * kAfter), MergeOutcome::kWon);
  EXPECT_TRUE(Knows(*table, "kiwi"));
  ExpireAll(*table, kStart + 2 * kAfter + kGraceNs + kTick);
  EXPECT_TRUE(Knows(*table, "kiwi")) << "the deletion of the old record takes nothing newer away";
}

TEST(Expiry, FollowersDoNotMeetWhatWasDeleted) {
  auto table = MakeTable("Clark");
  ExpireAll(*table, kStart);
  Cursor cursor(*table, [] {});
  for (int i = 0; i < 1000; ++i) Put(*table, "old" + std::to_string(i), kStart);
  EXPECT_EQ(cursor.Lag(), 1000U);
  const int64_t later_ns = kStart + kAfter + kGraceNs + kTick + 1;
  Put(*table, "new", later_ns);
  ExpireAll(*table, later_ns);
  EXPECT_EQ(cursor.Lag(), 1U);
  RecordBatch batch(1 << 20);
  while (cursor.Take(batch)) {
  }
  EXPECT_EQ(batch.Records(), 1U);
}

TEST(Expiry, MemoryOfTheSameSizeIsUsedAgain) {
  auto table = MakeTable("Clark");
  uint64_t after_first = 0;
  for (int generation = 0; generation < 20; ++generation) {
    const int64_t now_ns = kStart + generation * (kAfter + kGraceNs + kTick + kSecond);
    ExpireAll(*table, now_ns);
    for (int i = 0; i < 20'000; ++i) {
      Put(*table, std::to_string(1'000'000 + generation * 20'000 + i), now_ns);
    }
    if (generation == 0) after_first = table->MemoryBytes();
    // The clients of the next generation are spread differently over the stripes.
    ASSERT_LE(table->MemoryBytes(), after_first * 11 / 10) << generation;
  }
  EXPECT_EQ(table->Records(), 20'000U);
}

TEST(Expiry, MemoryOfOtherSizesIsUsedAgain) {
  auto table = MakeTable("Clark");
  ExpireAll(*table, kStart);
  uint64_t after_first = 0;
  for (int generation = 0; generation < 30; ++generation) {
    const int64_t now_ns = kStart + generation * (kAfter + kGraceNs + kTick + kSecond);
    ExpireAll(*table, now_ns);
    EXPECT_EQ(table->Records(), 0U);
    for (int i = 0; i < 30'000; ++i) {
      // Block sizes differ between generations.
      const std::string client =
          std::string(static_cast<size_t>(generation), 'g') + "-" + std::to_string(i);
      ASSERT_EQ(Put(*table, client, now_ns), MergeOutcome::kWon);
    }
    if (generation == 0) after_first = table->MemoryBytes();
  }
  // Records grew from 43 to 73 bytes, and slightly more than half of an arena may be free blocks.
  EXPECT_LE(table->MemoryBytes(), 4 * after_first + kStripes * (uint64_t{512} << 10));
}

// Compares a table with a map, for random reports and times.
TEST(Expiry, IsWhatAMapWouldDo) {
  std::mt19937_64 random(11);
  auto table = MakeTable("Clark");
  int64_t now_ns = kStart;
  ExpireAll(*table, now_ns);
  std::map<std::string, int64_t> model;
  for (int step = 0; step < 60'000; ++step) {
    const std::string client =
        "client" + std::string(random() % 40, 'x') + std::to_string(random() % 300);
    now_ns += static_cast<int64_t>(random() % (kSecond / 2));
    if (Put(*table, client, now_ns) == MergeOutcome::kWon) model[client] = now_ns;
    if (step % 500 != 0) continue;
    ExpireAll(*table, now_ns);
    size_t kept = 0;
    for (const auto& [name, received_ns] : model) {
      ASSERT_EQ(Knows(*table, name), received_ns >= now_ns - kAfter) << name;
      kept += received_ns >= now_ns - kAfter - kGraceNs ? 1 : 0;
    }
    ASSERT_GE(table->Records(), kept);
    // Due records are deleted within a tick.
    const size_t due = std::count_if(model.begin(), model.end(), [&](const auto& entry) {
      return entry.second >= now_ns - kAfter - kGraceNs - kTick;
    });
    ASSERT_LE(table->Records(), due);
    size_t visited = 0;
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
      const HashRange range = HashRange{}.Child(kBucketBits, bucket);
      table->VisitRange(range, table->Digest()->tick, [&](const RangeRecord& met) {
        ++visited;
        ASSERT_EQ(model.at(std::string(met.record.client)), met.record.received_ns);
      });
    }
    ASSERT_GT(visited, 0U);
  }
  EXPECT_GT(table->ExpiredRecords(), 1000U);
}

// Nodes whose clocks differ by less than a tick receive the same records, and expire them at any
// time: comparing them gives the same result at any moment.
class ExpiryOfReplicas : public ::testing::TestWithParam<uint64_t> {};

TEST_P(ExpiryOfReplicas, AgreesAtEveryMoment) {
  std::mt19937_64 random(GetParam());
  std::vector<std::unique_ptr<Table>> tables;
  std::vector<int64_t> ahead_ns;
  for (const char* name : {"Bailey", "Bona", "Clark"}) {
    tables.push_back(MakeTable(name));
    ahead_ns.push_back(static_cast<int64_t>(random() % (kTick * 8 / 10)));
    // Numbers of origins must not matter, so each table has the same names in its own order.
    tables.back()->origins().Intern("Jaquez");
    ExpireAll(*tables.back(), kStart + ahead_ns.back());
  }
  // So many that a sweep takes several calls.
  constexpr int kClients = 70'000;
  int64_t now_ns = kStart;
  const auto report = [&](uint64_t client, int64_t received_ns) {
    for (const auto& table : tables) {
      const std::string time = std::to_string(received_ns / kSecond);
      table->Merge({table->origins().Intern("Jaquez").value(), received_ns / kSecond * kSecond,
                    received_ns, "client" + std::to_string(client), "+1-1", time},
                   0);
    }
  };
  for (int i = 0; i < kClients; ++i) {
    report(i, now_ns - static_cast<int64_t>(random() % (kAfter + kGraceNs)));
  }
  for (int step = 0; step < 400; ++step) {
    now_ns += static_cast<int64_t>(random() % (kTick / 10));
    for (int i = 0; i < 20; ++i) report(random() % kClients, now_ns);
    for (size_t i = 0; i < tables.size(); ++i) {
      // Sweeps are much shorter than a tick: a few calls, at other moments on each node.
      const uint64_t calls = 1 + random() % 3;
      for (uint64_t call = 0; call < calls; ++call) tables[i]->Expire(now_ns + ahead_ns[i]);
      for (size_t a = 0; a < tables.size(); ++a) {
        for (size_t b = 0; b < a; ++b) {
          ASSERT_TRUE(tables[a]->Digest().has_value());
          ASSERT_TRUE(SameContents(*tables[a]->Digest(), *tables[b]->Digest()))
              << "step " << step << ", tables " << a << " and " << b;
        }
      }
    }
  }
  EXPECT_LT(tables[0]->Records(), kClients);
  // A difference is found.
  ASSERT_EQ(Put(*tables[0], "one-more", now_ns), MergeOutcome::kWon);
  EXPECT_FALSE(SameContents(*tables[0]->Digest(), *tables[1]->Digest()));
}

INSTANTIATE_TEST_SUITE_P(Seeds, ExpiryOfReplicas, ::testing::Range<uint64_t>(1, 6));

TEST(Expiry, AClockThatJumpsForthAndBackRecovers) {
  auto steady = MakeTable("Clark");
  auto jumping = MakeTable("Bona");
  for (auto* table : {steady.get(), jumping.get()}) {
    table->origins().Intern("Jaquez");
    ExpireAll(*table, kStart);
  }
  const auto report = [&](const std::string& client, int64_t received_ns) {
    for (auto* table : {steady.get(), jumping.get()}) {
      table->Merge({table->origins().Intern("Jaquez").value(), received_ns / kSecond * kSecond,
                    received_ns, client, "+1-1", std::to_string(received_ns / kSecond)},
                   0);
    }
  };
  report("before", kStart);
  constexpr int64_t kDay = 86'400 * kSecond;
  // The clock jumps back: the node keeps everything, and has no tick in common with the others.
  ExpireAll(*jumping, kStart - kDay);
  EXPECT_TRUE(Knows(*jumping, "before"));
  EXPECT_FALSE(CommonTick(*steady->Digest(), *jumping->Digest()).has_value());
  report("meanwhile", kStart + kSecond);
  ExpireAll(*jumping, kStart + kSecond);
  ExpireAll(*steady, kStart + kSecond);
  EXPECT_TRUE(SameContents(*steady->Digest(), *jumping->Digest()));
  // It jumps forth: the node forgets, and skips what is sent to it. Repair restores that later.
  ExpireAll(*jumping, kStart + kDay);
  EXPECT_EQ(jumping->Records(), 0U);
  EXPECT_EQ(Put(*jumping, "kiwi", kStart), MergeOutcome::kExpired);
  ExpireAll(*jumping, kStart + 2 * kSecond);
  EXPECT_TRUE(CommonTick(*steady->Digest(), *jumping->Digest()).has_value());
  EXPECT_FALSE(SameContents(*steady->Digest(), *jumping->Digest()));
  report("before", kStart);
  report("meanwhile", kStart + kSecond);
  EXPECT_TRUE(SameContents(*steady->Digest(), *jumping->Digest()));
}

// A step back over the boundary of a tick does not start a new count.
TEST(Expiry, ASmallStepBackChangesNothing) {
  auto table = MakeTable("Clark");
  const int64_t boundary_ns = kStart / kTick * kTick + kAfter + kGraceNs / 2;
  ExpireAll(*table, boundary_ns);
  const int64_t tick = table->Digest()->tick;
  ExpireAll(*table, boundary_ns - 1);
  EXPECT_EQ(table->Digest()->tick, tick);
  ExpireAll(*table, boundary_ns - kTick - 1);
  EXPECT_EQ(table->Digest()->tick, tick - 2);
}

}  // namespace
}  // namespace proxyherd
