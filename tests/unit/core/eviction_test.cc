// Tests followers that fall so far behind that the feed evicts them: they cost no memory, and miss
// nothing.
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "core/cursor.h"
#include "core/table.h"

namespace proxyherd {
namespace {

constexpr int kClients = 12'000;
constexpr size_t kFeedEntries = 256;  // in each of 16 stripes: a third of the clients

// A table, and a replica fed by a cursor, in batches that are in flight for a while.
class EvictionTest : public ::testing::Test {
 protected:
  EvictionTest()
      : from_(MakeOptions("Clark")),
        to_(MakeOptions("Bona")),
        fast_(from_, [] {}),
        slow_(from_, [] {}) {}

  static TableOptions MakeOptions(const std::string& node) {
    TableOptions options;
    options.herd = "test";
    options.node = node;
    options.probe_seed = 1;
    options.feed_min_entries = kFeedEntries;
    return options;
  }

  void Report(int client) {
    const std::string time = std::to_string(++time_);
    from_.TakeReport({"client" + std::to_string(client), "+1-1", time}, time_);
  }

  // The other follower keeps up, so that entries are passed and appended again.
  void KeepUp() {
    RecordBatch batch(1 << 20);
    while (fast_.Take(batch)) batch.Clear();
    fast_.Acknowledge(fast_.Position());
  }

  bool Send(size_t bytes) {
    RecordBatch batch(bytes);
    const bool more = slow_.Take(batch);
    on_their_way_.emplace_back(batch.bytes(), slow_.Position());
    return more;
  }

  void Arrive() {
    if (on_their_way_.empty()) return;
    auto [bytes, position] = std::move(on_their_way_.front());
    on_their_way_.pop_front();
    for (std::string_view rest = bytes; !rest.empty();) {
      RecordView record = DecodeRecord(rest).value();
      rest.remove_prefix(record.Bytes());
      record.origin = to_.origins().Intern("Clark").value();
      to_.Merge(record, 0);
    }
    slow_.Acknowledge(position);
  }

  void Lose() {
    on_their_way_.clear();
    slow_.Rewind();
  }

  void SendAll() {
    while (Send(64 << 10)) Arrive();
    while (!on_their_way_.empty()) Arrive();
  }

  int64_t time_ = 0;
  Table from_;
  Table to_;
  Cursor fast_;
  Cursor slow_;
  std::deque<std::pair<std::string, FeedPositions>> on_their_way_;
};

TEST_F(EvictionTest, OneThatWasAwayWhileEverythingChangedGetsItAllOnce) {
  for (int round = 0; round < 3; ++round) {
    for (int client = 0; client < kClients; ++client) {
      Report(client);
      if (client % 100 == 0) KeepUp();
    }
  }
  uint64_t sent = 0;
  for (bool more = true; more;) {
    RecordBatch batch(1 << 20);
    more = slow_.Take(batch);
    sent += batch.Records();
    on_their_way_.emplace_back(batch.bytes(), slow_.Position());
  }
  while (!on_their_way_.empty()) Arrive();
  EXPECT_EQ(from_.RootDigest(), to_.RootDigest());
  EXPECT_GE(sent, uint64_t{kClients});
  EXPECT_LE(sent, uint64_t{kClients} * 3 / 2) << "what changed last is in the feed as well";
  EXPECT_EQ(slow_.Lag(), 0U);
}

TEST_F(EvictionTest, ItIsToldThatItLagsAndNeverThatNothingIsLeft) {
  for (int client = 0; client < kClients; ++client) Report(client);
  EXPECT_GE(slow_.Lag(), uint64_t{kClients});
  EXPECT_FALSE(slow_.GoIdle());
  SendAll();
  EXPECT_EQ(slow_.Lag(), 0U);
  EXPECT_TRUE(slow_.GoIdle());
}

TEST_F(EvictionTest, WhatChangedSinceADialIsSentThoughTheFeedHasLetItGo) {
  for (int client = 0; client < kClients; ++client) Report(client);
  SendAll();
  const FeedPositions dial = slow_.MarkEnd();
  for (int client = 0; client < kClients; client += 2) Report(client);
  for (int client = 0; client < kClients; client += 2) Report(client);
  slow_.GoTo(dial);
  SendAll();
  EXPECT_EQ(from_.RootDigest(), to_.RootDigest());
}

TEST_F(EvictionTest, LossesAtRandomWhileItIsLetGoAgainAndAgainLoseNothing) {
  for (uint32_t seed = 1; seed <= 4; ++seed) {
    std::mt19937 random(seed);
    for (int step = 0; step < 3000; ++step) {
      for (int i = 0; i < 10; ++i) Report(static_cast<int>(random() % kClients));
      if (random() % 4 == 0) KeepUp();
      const bool hurries = step % 1000 > 700;
      if (hurries || random() % 10 == 0) Send(random() % 2000);
      if (hurries || random() % 4 == 0) Arrive();
      if (random() % 500 == 0) Lose();
    }
    SendAll();
    EXPECT_EQ(from_.RootDigest(), to_.RootDigest()) << "seed " << seed;
  }
}

TEST_F(EvictionTest, ABusyClientReachesOneThatNeverCatchesUp) {
  // The slow follower reads more slowly than records change; client 0 changes all the time.
  for (int client = 0; client < kClients; ++client) Report(client);
  StoredReport known;
  int64_t stalest = 0;
  for (int round = 0; round < 40; ++round) {
    for (int client = 1; client < kClients; client += 4) {
      Report(client);
      if (client % 101 == 0) Report(0);
      if (client % 100 == 1) KeepUp();
    }
    for (int i = 0; i < 20; ++i) {
      Send(6 << 10);
      Arrive();
    }
    if (round < 10) continue;
    ASSERT_TRUE(to_.Find("client0", known));
    stalest = std::max(stalest, time_ - known.received_ns);
  }
  // Here the follower needs six rounds to read all records; twice that is generous.
  EXPECT_LE(stalest, 12 * 3'100);
}

}  // namespace
}  // namespace proxyherd
