// Tests the memory that reports may make a table take, and its behaviour at the limit.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/cursor.h"
#include "core/table.h"

namespace proxyherd {
namespace {

constexpr uint64_t kLimit = uint64_t{6} << 20;

std::unique_ptr<Table> MakeTable(uint64_t max_bytes = kLimit) {
  TableOptions options;
  options.herd = "test";
  options.node = "Clark";
  options.max_bytes = max_bytes;
  options.feed_min_entries = 64;
  return std::make_unique<Table>(std::move(options));
}

std::string Client(int number, size_t bytes) {
  std::string id = "phone-" + std::to_string(number) + "-";
  if (id.size() < bytes) id.resize(bytes, 'x');
  return id;
}

// Returns a location with `digits` digits after the point.
std::string Location(size_t digits) { return "+1-1." + std::string(digits, '3'); }

// Reports new clients until one is refused; returns how many were taken.
int Fill(Table& table, size_t id_bytes, int first = 0) {
  for (int i = first;; ++i) {
    const MergeOutcome outcome = table.TakeReport({Client(i, id_bytes), "+1-1", "5"}, 1);
    if (outcome == MergeOutcome::kNoMemory) return i - first;
    EXPECT_EQ(outcome, MergeOutcome::kWon);
  }
}

// Returns the memory that the table holds now. FootprintBytes is more: it adds room to grow.
uint64_t Held(const Table& table) {
  return table.MemoryBytes() + table.FeedEntries() * sizeof(Feed::Entry);
}

class IdSizes : public testing::TestWithParam<size_t> {};

TEST_P(IdSizes, NewClientsAreRefusedAtTheLimitWhateverTheirIds) {
  auto table = MakeTable();
  const int taken = Fill(*table, GetParam());
  EXPECT_GT(taken, 1000);
  EXPECT_LE(table->FootprintBytes(), kLimit);
  EXPECT_GT(table->FootprintBytes(), kLimit / 10 * 9);
  EXPECT_LT(Held(*table), table->FootprintBytes());
  EXPECT_EQ(table->Records(), static_cast<uint64_t>(taken));
  // Reports of known clients are still taken.
  for (int i = 0; i < taken; ++i) {
    ASSERT_EQ(table->TakeReport({Client(i, GetParam()), "+2-2", "6"}, 1), MergeOutcome::kWon);
  }
  EXPECT_LE(table->FootprintBytes(), kLimit);
}
INSTANTIATE_TEST_SUITE_P(Table, IdSizes, testing::Values(12, 200, 4000));

// The hash that places clients is not secret, so an attacker can choose clients of one stripe,
// whose move then takes as much memory again as all of them.
TEST(TableMemory, ClientsThatAreChosenForOneStripeLeaveRoomForItsMove) {
  auto table = MakeTable();
  MergeOutcome outcome = MergeOutcome::kWon;
  for (int i = 0; outcome == MergeOutcome::kWon; ++i) {
    const std::string client = Client(i, 12);
    if (table->SharedHash(client) >> 60 != 5) continue;
    outcome = table->TakeReport({client, "+1-1", "5"}, 1);
  }
  EXPECT_EQ(outcome, MergeOutcome::kNoMemory);
  EXPECT_GE(table->FootprintBytes(), 2 * table->MemoryBytes());
  EXPECT_LE(table->FootprintBytes(), kLimit);
}

TEST(TableMemory, LongerRecordsOfKnownClientsAreRefusedAtTheLimit) {
  auto table = MakeTable();
  const int taken = Fill(*table, 12);
  int refused = 0;
  for (size_t digits = 1; digits < 4000; digits *= 2) {
    for (int i = 0; i < taken; ++i) {
      const std::string time = std::to_string(10 + digits);
      const MergeOutcome outcome = table->TakeReport({Client(i, 12), Location(digits), time}, 1);
      if (outcome == MergeOutcome::kNoMemory) ++refused;
      ASSERT_LE(table->FootprintBytes(), kLimit) << digits;
    }
  }
  EXPECT_GT(refused, taken);
}

TEST(TableMemory, AFewMoreDigitsAreTakenWhenNewClientsAreRefused) {
  auto table = MakeTable();
  const int taken = Fill(*table, 12);
  int refused = 0;
  for (int round = 0; round < 20; ++round) {
    // Coordinates get longer and shorter, as happens if trailing zeros are omitted.
    for (int i = 0; i < taken; ++i) {
      const std::string location = "+1-1" + std::string((i + round) % 5 == 0 ? ".25" : "");
      const MergeOutcome outcome =
          table->TakeReport({Client(i, 12), location, std::to_string(10 + round)}, 1);
      if (outcome != MergeOutcome::kWon) ++refused;
    }
    ASSERT_LE(table->FootprintBytes(), kLimit);
  }
  EXPECT_LT(refused, taken / 100);  // of twenty times as many reports
}

TEST(TableMemory, ShorterRecordsNeverNeedRoom) {
  auto table = MakeTable();
  const std::string longest = "+1-1." + std::string(300, '3');
  int taken = 0;
  while (table->TakeReport({Client(taken, 12), longest, "5"}, 1) == MergeOutcome::kWon) ++taken;
  for (size_t digits = 299; digits > 0; digits -= 13) {
    for (int i = 0; i < taken; ++i) {
      const std::string time = std::to_string(1000 - digits);
      ASSERT_EQ(table->TakeReport({Client(i, 12), Location(digits), time}, 1), MergeOutcome::kWon);
      ASSERT_LE(table->FootprintBytes(), kLimit);
    }
  }
  // Freed blocks are reused for other records, of any size.
  EXPECT_GT(Fill(*table, 40, taken), taken / 2);
  EXPECT_LE(table->FootprintBytes(), kLimit);
}

TEST(TableMemory, WhatPeersSendAlwaysMerges) {
  auto table = MakeTable();
  const int taken = Fill(*table, 12);
  const OriginIndex bona = table->origins().Intern("Bona").value();
  for (int i = 0; i < taken; ++i) {
    const std::string client = Client(i + taken, 12);
    ASSERT_EQ(table->Merge({bona, 5, 5, client, "+1-1", ""}, 0), MergeOutcome::kWon);
  }
  EXPECT_EQ(table->Records(), 2 * static_cast<uint64_t>(taken));
  // Hardly more than twice the limit, which is what the healing of two halves of a herd can cause.
  EXPECT_LE(table->FootprintBytes(), 2 * kLimit + kLimit / 8);
}

TEST(TableMemory, AFollowerThatStaysAwayTakesNothingThatWasNotCounted) {
  auto table = MakeTable();
  Cursor away(*table, [] {});
  const int taken = Fill(*table, 12);
  const uint64_t before = table->FootprintBytes();
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < taken; ++i) {
      table->TakeReport({Client(i, 12), "+2-2", std::to_string(10 + round)}, 1);
    }
  }
  EXPECT_LE(table->FootprintBytes(), before + before / 16);
}

TEST(TableMemory, ClientsThatAreForgottenMakeRoom) {
  TableOptions options;
  options.herd = "test";
  options.node = "Clark";
  options.max_bytes = 2 * kLimit;  // so much that each stripe moves by itself when it is half free
  options.feed_min_entries = 64;
  options.expiry.after_ns = 3600 * kSecond;
  Table table(std::move(options));
  const int taken = Fill(table, 12);
  const uint64_t full = table.FootprintBytes();
  for (int64_t hours = 0; hours < 9 && table.Records() > 0; ++hours) {
    for (int i = 0; i < 10'000; ++i) table.Expire(hours * 3600 * kSecond + i);
  }
  ASSERT_EQ(table.Records(), 0U);
  EXPECT_LT(table.FootprintBytes(), full / 2);
  // Records of other sizes than before also find room.
  for (int i = 0; i < taken / 2; ++i) {
    ASSERT_EQ(table.TakeReport({Client(i, 30), "+1-1", "5"}, 9 * 3600 * kSecond),
              MergeOutcome::kWon);
  }
}

TEST(TableMemory, TheLeastLimitOfTheHerdHolds) {
  auto table = MakeTable(GrowthLimit::kNone);
  table->limits().SetHerd({GrowthLimit::kNone, kLimit / 4});
  Fill(*table, 12);
  EXPECT_LE(table->FootprintBytes(), kLimit / 4);
  table->limits().SetHerd({table->Records() + 1, GrowthLimit::kNone});
  EXPECT_EQ(table->TakeReport({"one-more", "+1-1", "5"}, 1), MergeOutcome::kWon);
  EXPECT_EQ(table->TakeReport({"two-more", "+1-1", "5"}, 1), MergeOutcome::kTooManyClients);
  // A lifted limit of the herd has no more effect; the node's own limit has.
  table->limits().SetHerd({});
  EXPECT_EQ(table->TakeReport({"two-more", "+1-1", "5"}, 1), MergeOutcome::kWon);
  table->limits().SetOwn({3, GrowthLimit::kNone});
  EXPECT_EQ(table->TakeReport({"more", "+1-1", "5"}, 1), MergeOutcome::kTooManyClients);
}

}  // namespace
}  // namespace proxyherd
