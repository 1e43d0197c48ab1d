// Tests the changes that a watcher receives.
#include "peer/calls/watch.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "core/cursor.h"

namespace proxyherd::peer {
namespace {

// A table, and a watcher of its changes: `Read` returns all updates, as text.
class WatchTest : public ::testing::Test {
 protected:
  void Report(const std::string& client, const std::string& location) {
    table_.TakeReport({client, location, std::to_string(++time_)}, time_);
  }
  void Begin(WatchFilter filter) {
    cursor_.GoTo(cursor_.MarkEnd());
    watch_.emplace(table_, std::move(filter), hits_, memory_);
  }
  void Dispatch() {
    batch_.Clear();
    while (cursor_.Take(batch_)) {
    }
    for (std::string_view rest = batch_.bytes(); !rest.empty();) {
      const RecordView record = *DecodeRecord(rest);
      watch_->OnChanged(record);
      rest.remove_prefix(record.Bytes());
    }
  }
  std::string ReadOne() {
    std::optional<WatchEvent> event = watch_->Next();
    while (!event.has_value() && watch_->Searching()) event = watch_->Next();
    if (!event.has_value()) return "";
    if (std::holds_alternative<WatchCaughtUp>(*event)) return "caught-up ";
    if (std::holds_alternative<WatchResync>(*event)) return "resync ";
    const auto& found = std::get<WatchedClient>(*event);
    return found.client + found.report.location + " ";
  }
  std::string Read() {
    Dispatch();
    std::string all;
    for (std::string one = ReadOne(); !one.empty(); one = ReadOne()) all += one;
    return all;
  }

  Table table_{{.herd = "test", .node = "Clark", .probe_seed = 1}};
  Cursor cursor_{table_, [] {}};
  RecordBatch batch_{1 << 26};
  WatchLimitHits hits_;
  WatchMemory memory_{size_t{64} << 20};
  std::optional<Watch> watch_;
  int64_t time_ = 0;
};

TEST_F(WatchTest, TellsThePresentThenTheMarkThenChanges) {
  Report("a", "+1-1");
  Begin({});
  EXPECT_EQ(Read(), "a+1-1 caught-up ");
  EXPECT_EQ(Read(), "");
  Report("b", "+2-2");
  Report("a", "+3-3");
  Report("a", "+4-4");
  EXPECT_EQ(Read(), "b+2-2 a+4-4 ");
}

TEST_F(WatchTest, TellsOnlyTheNamedClients) {
  Report("a", "+1-1");
  Report("b", "+1-1");
  Begin({.clients = {"a", "c"}, .area = {}});
  EXPECT_EQ(Read(), "a+1-1 caught-up ");
  Report("b", "+2-2");
  Report("c", "+2-2");
  EXPECT_EQ(Read(), "c+2-2 ");
}

TEST_F(WatchTest, TellsOfAnAreaWhoIsInWhoComesAndOnceWhoLeaves) {
  Report("in", "+10+10");
  Report("out", "+50+50");
  Begin({.clients = {}, .area = WatchFilter::Circle{{10, 10}, 100'000}});
  EXPECT_EQ(Read(), "in+10+10 caught-up ");
  Report("out", "+10.1+10.1");
  EXPECT_EQ(Read(), "out+10.1+10.1 ");
  Report("in", "+20+20");
  EXPECT_EQ(Read(), "in+20+20 ");
  Report("in", "+21+21");
  EXPECT_EQ(Read(), "");
}

TEST_F(WatchTest, ASlowReaderGetsTheNewestOfEachClient) {
  Begin({});
  EXPECT_EQ(Read(), "caught-up ");
  for (int i = 0; i < 1000; ++i) {
    Report("a", "+" + std::to_string(i % 90) + "-1");
    Dispatch();
  }
  EXPECT_EQ(Read(), "a+9-1 ");
}

TEST_F(WatchTest, AReaderThatIsTooSlowBeginsAgain) {
  Begin({});
  Read();
  const int clients = static_cast<int>(Watch::kMaxDirty) + 10;
  for (int i = 0; i < clients; ++i) Report("client" + std::to_string(i), "+1-1");
  Dispatch();
  EXPECT_EQ(ReadOne(), "resync ");
  EXPECT_EQ(hits_[WatchLimit::kChangedClients].Value(), 1U);
  std::set<std::string> seen;
  std::string one = ReadOne();
  for (; one != "caught-up "; one = ReadOne()) seen.insert(one);
  EXPECT_EQ(seen.size(), static_cast<size_t>(clients));
  EXPECT_EQ(Read(), "");
}

TEST_F(WatchTest, LongIdsOfChangedClientsAreBoundedByTheirBytes) {
  Begin({});
  Read();
  const std::string padding(4000, 'x');
  for (int i = 0; i < 10'000; ++i) Report(std::to_string(i) + padding, "+1-1");
  Dispatch();
  EXPECT_EQ(hits_[WatchLimit::kChangedClients].Value(), 1U);
  EXPECT_EQ(memory_.used(), 0U) << "it begins again, and needs no list of changes";
  EXPECT_EQ(ReadOne(), "resync ");
}

TEST_F(WatchTest, AWatcherAlwaysHasALittleRoomWhateverOthersHold) {
  ASSERT_TRUE(memory_.Take(size_t{64} << 20, 0));
  Begin({});
  Read();
  for (int i = 0; i < 100; ++i) Report("client" + std::to_string(i), "+1-1");
  std::string all = Read();
  EXPECT_EQ(all.find("resync"), std::string::npos);
  EXPECT_NE(all.find("client99+1-1 "), std::string::npos);
  for (int i = 0; i < 200; ++i) Report("client" + std::to_string(i), "+2-2");
  Dispatch();
  EXPECT_EQ(ReadOne(), "resync ");
}

TEST_F(WatchTest, WhatItTookIsGivenBack) {
  Begin({{}, WatchFilter::Circle{{1, -1}, 1000}});
  for (int i = 0; i < 300; ++i) Report("client" + std::to_string(i), "+1-1");
  Read();
  EXPECT_GT(memory_.used(), 0U);
  for (int i = 0; i < 300; ++i) Report("client" + std::to_string(i), "+2-2");
  Read();
  EXPECT_EQ(memory_.used(), 0U) << "they have left";
  for (int i = 0; i < 300; ++i) Report("client" + std::to_string(i), "+1-1");
  Dispatch();
  EXPECT_GT(memory_.used(), 0U);
  watch_.reset();
  EXPECT_EQ(memory_.used(), 0U);
}

TEST_F(WatchTest, InALargeCrowdOnlyTheLeavingOfTheFirstIsTold) {
  for (size_t i = 0; i < Watch::kMaxInside + 2; ++i) Report("client" + std::to_string(i), "+1-1");
  Begin({{}, WatchFilter::Circle{{1, -1}, 1000}});
  while (ReadOne() != "caught-up ") {
  }
  EXPECT_EQ(hits_[WatchLimit::kInsideClients].Value(), 2U);
}

TEST_F(WatchTest, AChangeDuringThePresentMatchesIsNotMissed) {
  for (int i = 0; i < 100; ++i) Report("client" + std::to_string(i), "+1-1");
  Begin({});
  std::string all;
  for (int i = 0; i < 50; ++i) all += ReadOne();
  for (int i = 0; i < 100; ++i) Report("client" + std::to_string(i), "+2-2");
  all += Read();
  for (int i = 0; i < 100; ++i) {
    EXPECT_NE(all.find("client" + std::to_string(i) + "+2-2 "), std::string::npos) << i;
  }
}

}  // namespace
}  // namespace proxyherd::peer
