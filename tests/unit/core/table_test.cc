// Tests the location table and its cursors.
#include "core/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/cursor.h"

namespace proxyherd {
namespace {

using ::testing::ElementsAre;

std::unique_ptr<Table> MakeTable(const std::string& node, uint64_t max_clients = 1'000'000) {
  return std::make_unique<Table>(
      TableOptions{.herd = "test", .node = node, .max_clients = max_clients, .probe_seed = 42});
}

// Returns "client location" for every record of a batch.
std::vector<std::string> Texts(const RecordBatch& batch) {
  std::vector<std::string> texts;
  for (std::string_view rest = batch.bytes(); !rest.empty();) {
    const RecordView record = DecodeRecord(rest).value();
    texts.push_back(std::string(record.client) + " " + std::string(record.location));
    rest.remove_prefix(record.Bytes());
  }
  return texts;
}

// Merges a batch of `from` into `to`, as a link does.
void MergeBatch(const Table& from, const RecordBatch& batch, Table& to, FollowerMask came_by = 0) {
  for (std::string_view rest = batch.bytes(); !rest.empty();) {
    RecordView record = DecodeRecord(rest).value();
    rest.remove_prefix(record.Bytes());
    record.origin = to.origins().Intern(from.origins().NameOf(record.origin)).value();
    to.Merge(record, came_by);
  }
}

std::string Stored(const Table& table, std::string_view client) {
  StoredReport report;
  if (!table.Find(client, report)) return "unknown";
  return report.server + " " + report.location + " " + report.time;
}

TEST(Table, KeepsTheNewestReportOfAClient) {
  auto table = MakeTable("Clark");
  EXPECT_EQ(table->TakeReport({"kiwi", "+1-1", "10"}, 100), MergeOutcome::kWon);
  EXPECT_EQ(table->TakeReport({"kiwi", "+2-2", "9.5"}, 101), MergeOutcome::kStale);
  EXPECT_EQ(Stored(*table, "kiwi"), "Clark +1-1 10");
  EXPECT_EQ(table->TakeReport({"kiwi", "+3-3.00", "10.000000001"}, 102), MergeOutcome::kWon);
  EXPECT_EQ(Stored(*table, "kiwi"), "Clark +3-3.00 10.000000001");
  EXPECT_EQ(Stored(*table, "KIWI"), "unknown");
  EXPECT_EQ(table->Records(), 1U);
}

TEST(Table, ARetryChangesNothing) {
  auto table = MakeTable("Clark");
  table->TakeReport({"kiwi", "+1-1", "10"}, 100);
  const uint64_t digest = table->RootDigest();
  EXPECT_EQ(table->TakeReport({"kiwi", "+1-1", "10"}, 200), MergeOutcome::kStale);
  EXPECT_EQ(table->TakeReport({"kiwi", "+1-1", "10"}, 100), MergeOutcome::kEqual);
  EXPECT_EQ(table->RootDigest(), digest);
}

TEST(Table, RefusesNewClientsOverTheLimitButMergesWhatPeersSend) {
  auto table = MakeTable("Clark", 2);
  EXPECT_EQ(table->TakeReport({"a", "+1-1", "1"}, 1), MergeOutcome::kWon);
  EXPECT_EQ(table->TakeReport({"b", "+1-1", "1"}, 1), MergeOutcome::kWon);
  EXPECT_EQ(table->TakeReport({"c", "+1-1", "1"}, 1), MergeOutcome::kTooManyClients);
  EXPECT_EQ(table->TakeReport({"a", "+1-1", "2"}, 1), MergeOutcome::kWon);
  const RecordView from_peer = {table->origins().Intern("Bona").value(), 5, 5, "d", "+1-1", "5"};
  EXPECT_EQ(table->Merge(from_peer, 0), MergeOutcome::kWon);
  EXPECT_EQ(table->Records(), 3U);
}

TEST(Table, FetchingAheadChangesNothing) {
  Table table({.herd = "seed", .node = "Clark"});
  const ClientKey keys[] = {table.KeyOf("a"), table.KeyOf("b")};
  table.Prefetch(keys);
  EXPECT_EQ(table.Records(), 0U);
  const ParsedReport report = {{"a", "+1-1", "5"}, 5'000'000'000};
  EXPECT_EQ(table.TakeReport(report, keys[0], 7), MergeOutcome::kWon);
  const uint64_t digest = table.RootDigest();
  table.Prefetch(keys);
  EXPECT_EQ(table.RootDigest(), digest);

  std::string seen;
  const auto see = [&seen](const RecordView& record, std::string_view server) {
    seen = std::string(server) + " " + std::string(record.client) + std::string(record.location);
  };
  EXPECT_TRUE(table.Visit("a", keys[0], see));
  EXPECT_EQ(seen, "Clark a+1-1");
  EXPECT_FALSE(table.Visit("b", keys[1], see));
}

TEST(Table, RefusesInvalidReports) {
  auto table = MakeTable("Clark");
  EXPECT_EQ(table->TakeReport({"a", "1-1", "1"}, 1), MergeOutcome::kInvalid);
  EXPECT_EQ(table->TakeReport({"a", "+1-1", "x"}, 1), MergeOutcome::kInvalid);
  EXPECT_EQ(table->TakeReport({"", "+1-1", "1"}, 1), MergeOutcome::kInvalid);
  EXPECT_EQ(table->Records(), 0U);
}

// Whatever the order of arrival and the duplicates, contents and digests are the same.
TEST(Table, MergingIsCommutativeAssociativeAndIdempotent) {
  std::mt19937 random(7);
  auto source = MakeTable("Clark");
  const OriginIndex bona = source->origins().Intern("Bona").value();
  struct Version {
    OriginIndex origin;
    int64_t time_ns;
    int64_t received_ns;
    std::string client, location, time;
  };
  std::vector<Version> versions;
  for (int i = 0; i < 3000; ++i) {
    const int64_t seconds = static_cast<int64_t>(random() % 4);
    versions.push_back({random() % 2 != 0 ? bona : OriginIndex{0}, seconds * 1'000'000'000,
                        static_cast<int64_t>(random() % 3),
                        "client" + std::to_string(random() % 300),
                        "+" + std::to_string(random() % 3) + std::string(random() % 20, '0') + "-1",
                        std::to_string(seconds) + (random() % 2 != 0 ? "" : ".0")});
  }
  std::vector<std::unique_ptr<Table>> tables;
  for (int round = 0; round < 3; ++round) {
    tables.push_back(MakeTable("Clark"));
    tables.back()->origins().Intern(round == 0 ? "Bona" : "Jaquez");
    const OriginIndex other = tables.back()->origins().Intern("Bona").value();
    std::shuffle(versions.begin(), versions.end(), random);
    for (int pass = 0; pass <= round; ++pass) {
      for (const Version& v : versions) {
        tables.back()->Merge({v.origin == bona ? other : v.origin, v.time_ns, v.received_ns,
                              v.client, v.location, v.time},
                             0);
      }
    }
  }
  for (int i = 1; i < 3; ++i) {
    EXPECT_EQ(tables[0]->RootDigest(), tables[i]->RootDigest());
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
      ASSERT_EQ(tables[0]->BucketDigest(bucket, 0), tables[i]->BucketDigest(bucket, 0));
    }
    for (const Version& v : versions) {
      ASSERT_EQ(Stored(*tables[0], v.client), Stored(*tables[i], v.client));
    }
  }
}

TEST(Table, DigestsTellEveryFieldAndTheHerdApart) {
  auto digest_of = [](const std::string& herd, const std::string& node, const Report& report,
                      int64_t received_ns) {
    Table table({.herd = herd, .node = node, .probe_seed = 1});
    table.TakeReport(report, received_ns);
    return table.RootDigest();
  };
  const std::set<uint64_t> digests = {digest_of("seed", "Clark", {"a", "+1-1", "1"}, 1),
                                      digest_of("seed", "Bona", {"a", "+1-1", "1"}, 1),
                                      digest_of("seed", "Clark", {"b", "+1-1", "1"}, 1),
                                      digest_of("seed", "Clark", {"a", "+1-2", "1"}, 1),
                                      digest_of("seed", "Clark", {"a", "+1-1", "2"}, 1),
                                      digest_of("seed", "Clark", {"a", "+1-1", "1"}, 2),
                                      digest_of("other", "Clark", {"a", "+1-1", "1"}, 1),
                                      0};
  EXPECT_EQ(digests.size(), 8U);
}

TEST(Table, ABucketHoldsTheClientsWhoseSharedHashBeginsWithItsNumber) {
  auto table = MakeTable("Clark");
  for (int i = 0; i < 20'000; ++i)
    table->TakeReport({"client" + std::to_string(i), "+1-1", "1"}, 1);
  size_t visited = 0;
  for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
    table->VisitBucket(bucket, [&](const RecordView& record) {
      ++visited;
      EXPECT_EQ(table->SharedHash(record.client) >> 52, bucket);
    });
  }
  EXPECT_EQ(visited, 20'000U);
}

TEST(Cursor, StartsAtTheEndAndSeesWhatChangesThen) {
  auto table = MakeTable("Clark");
  table->TakeReport({"a", "+1-1", "1"}, 1);
  Cursor cursor(*table, [] {});
  RecordBatch batch(1 << 20);
  EXPECT_FALSE(cursor.Take(batch));
  EXPECT_TRUE(batch.Empty());
  table->TakeReport({"b", "+2-2", "1"}, 1);
  table->TakeReport({"b", "+3-3", "2"}, 1);
  EXPECT_EQ(cursor.Lag(), 1U);
  EXPECT_FALSE(cursor.Take(batch));
  EXPECT_THAT(Texts(batch), ElementsAre("b +3-3"));
  EXPECT_EQ(batch.origins().size(), 1U);
}

TEST(Cursor, AsksForMoreWhenTheBatchIsFull) {
  auto table = MakeTable("Clark");
  Cursor cursor(*table, [] {});
  for (int i = 0; i < 1000; ++i) table->TakeReport({"client" + std::to_string(i), "+1-1", "1"}, 1);
  RecordBatch batch(500);
  size_t records = 0;
  for (bool more = true; more;) {
    batch.Clear();
    more = cursor.Take(batch);
    EXPECT_LE(batch.bytes().size(), 600U);
    records += batch.Records();
  }
  EXPECT_EQ(records, 1000U);
}

TEST(Cursor, IsWokenOnceAfterItWentIdle) {
  auto table = MakeTable("Clark");
  int woken = 0;
  Cursor cursor(*table, [&] { ++woken; });
  table->TakeReport({"a", "+1-1", "1"}, 1);
  EXPECT_FALSE(cursor.GoIdle()) << "something is there already";
  EXPECT_EQ(woken, 0);
  RecordBatch batch(1 << 20);
  cursor.Take(batch);
  EXPECT_TRUE(cursor.GoIdle());
  table->TakeReport({"a", "+1-1", "2"}, 1);
  table->TakeReport({"a", "+1-1", "3"}, 1);
  EXPECT_EQ(woken, 1);
}

TEST(Cursor, IsNotWokenForWhatCameByItsOwnLink) {
  auto table = MakeTable("Clark");
  int woken = 0;
  Cursor cursor(*table, [&] { ++woken; });
  EXPECT_TRUE(cursor.GoIdle());
  const OriginIndex bona = table->origins().Intern("Bona").value();
  table->Merge({bona, 5, 5, "a", "+1-1", "5"}, cursor.Mask());
  EXPECT_EQ(woken, 0);
  table->Merge({bona, 6, 6, "a", "+1-1", "6"}, 0);
  EXPECT_EQ(woken, 1);
}

TEST(Cursor, RewindRepeatsWhatWasNotAcknowledged) {
  auto table = MakeTable("Clark");
  Cursor cursor(*table, [] {});
  RecordBatch batch(1 << 20);
  table->TakeReport({"a", "+1-1", "1"}, 1);
  cursor.Take(batch);
  cursor.Acknowledge(cursor.Position());
  table->TakeReport({"b", "+1-1", "1"}, 1);
  batch.Clear();
  cursor.Take(batch);
  cursor.Rewind();
  batch.Clear();
  cursor.Take(batch);
  EXPECT_THAT(Texts(batch), ElementsAre("b +1-1"));
}

TEST(Cursor, RecordsThatGrowAndShrinkAreFollowedToTheirNewPlace) {
  auto table = MakeTable("Clark");
  auto replica = MakeTable("Bona");
  Cursor fast(*table, [] {});
  Cursor slow(*table, [] {});
  std::mt19937 random(3);
  RecordBatch batch(1 << 20);
  for (int step = 1; step < 20'000; ++step) {
    const std::string location = "+1." + std::string(1 + random() % 60, '0') + "-1";
    table->TakeReport({"client" + std::to_string(random() % 50), location, std::to_string(step)},
                      step);
    if (step % 3 == 0) {
      batch.Clear();
      fast.Take(batch);
    }
  }
  for (bool more = true; more;) {
    batch.Clear();
    more = slow.Take(batch);
    MergeBatch(*table, batch, *replica);
  }
  EXPECT_EQ(table->RootDigest(), replica->RootDigest());
}

// Records that take all sizes leave free blocks. The table must not become many times as large as
// its contents, and its followers must find every record at its new place.
TEST(Cursor, RecordsAreFollowedWhenAStripeIsCompacted) {
  auto table = MakeTable("Clark");
  auto replica = MakeTable("Bona");
  Cursor fast(*table, [] {});
  Cursor slow(*table, [] {});
  RecordBatch batch(1 << 28);
  constexpr int kClients = 400;
  for (int round = 1; round < 400; ++round) {
    const std::string time = std::to_string(round) + "." + std::string(round * 16, '1');
    for (int i = 0; i < kClients; ++i) {
      table->TakeReport({"client" + std::to_string(i), "+1-1", time}, round);
    }
    batch.Clear();
    fast.Take(batch);
    fast.Acknowledge(fast.Position());
  }
  const size_t held = kClients * 6400;
  EXPECT_LT(table->MemoryBytes(), 2 * held + kStripes * (size_t{512} << 10));
  for (bool more = true; more;) {
    batch.Clear();
    more = slow.Take(batch);
    MergeBatch(*table, batch, *replica);
  }
  EXPECT_EQ(table->RootDigest(), replica->RootDigest());
  for (int i = 0; i < kClients; ++i) {
    EXPECT_NE(Stored(*table, "client" + std::to_string(i)), "unknown");
  }
}

// Several threads write, a cursor feeds a replica: nothing is lost, and no wake-up is missed.
TEST(Cursor, AReplicaFollowsConcurrentWriters) {
  auto table = MakeTable("Clark");
  auto replica = MakeTable("Bona");
  std::atomic<bool> woken{false};
  std::atomic<int> writing{2};
  Cursor cursor(*table, [&] {
    woken = true;
    woken.notify_one();
  });
  std::vector<std::thread> writers;
  for (int w = 0; w < 2; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 30'000; ++i) {
        table->TakeReport({"client" + std::to_string((i * 7 + w) % 500), "+1-1", std::to_string(i)},
                          i);
      }
      // The last change of all wakes a reader that sleeps.
      if (--writing == 0) table->TakeReport({"last", "+1-1", "1"}, 1);
    });
  }
  RecordBatch batch(4096);
  for (StoredReport report; !replica->Find("last", report);) {
    batch.Clear();
    if (!cursor.Take(batch) && batch.Empty() && cursor.GoIdle()) {
      woken.wait(false);
      woken = false;
    }
    MergeBatch(*table, batch, *replica);
    cursor.Acknowledge(cursor.Position());
  }
  for (auto& writer : writers) writer.join();
  for (bool more = true; more;) {
    batch.Clear();
    more = cursor.Take(batch);
    MergeBatch(*table, batch, *replica);
  }
  EXPECT_EQ(table->RootDigest(), replica->RootDigest());
}

}  // namespace
}  // namespace proxyherd
