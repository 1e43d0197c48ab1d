// Tests that REQUIRES of core/ are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/text_scan.h"
#include "core/block_arena.h"
#include "core/cursor.h"
#include "core/exact_time.h"
#include "core/feed.h"
#include "core/hash_range.h"
#include "core/iso6709.h"
#include "core/origins.h"
#include "core/record.h"
#include "core/slot_table.h"
#include "core/table.h"
#include "core/table_stripe.h"

namespace proxyherd {
namespace {

TEST(AssertionsTest, ATableHasNoMoreCursorsThanFollowers) {
  Table table({.herd = "seed", .node = "Clark"});
  std::vector<std::unique_ptr<Cursor>> cursors;
  for (FollowerId i = 0; i < kMaxFollowers; ++i) {
    cursors.push_back(std::make_unique<Cursor>(table, [] {}));
  }
  EXPECT_THROW(Cursor(table, [] {}), std::bad_optional_access);
}

// Release builds have no assertions.
#ifndef NDEBUG

uint64_t HashNothing(SlotTable::Handle /*handle*/) { return 0; }

Feed::Position Changed(Feed& feed, BlockArena::Handle record, uint64_t at = 0) {
  return feed.Changed(record, at, 0, 1);
}

TEST(AssertionsDeathTest, AnOriginCameFromIntern) {
  const OriginTable origins(1);
  EXPECT_DEATH(origins.NameOf(7), "origin != nullptr");
  EXPECT_DEATH(origins.HashOf(7), "origin != nullptr");
}

TEST(AssertionsDeathTest, SlotsHoldHandles) {
  SlotTable slots;
  EXPECT_DEATH(slots.Insert(1, 0, 0, HashNothing), "handle != 0");
  EXPECT_DEATH(slots.At(0), "slot < capacity_");
  slots.Insert(uint64_t{3} << 32, 0, 5, HashNothing);
  EXPECT_EQ(slots.At(3), 5U);
  EXPECT_DEATH(slots.At(slots.capacity()), "slot < capacity_");
  EXPECT_DEATH(slots.SetAt(2, 6), R"(At\(slot\) != 0)");
}

TEST(AssertionsDeathTest, AClientIsAddedOnce) {
  TableStripe stripe;
  const RecordView record = {0, 1, 1, "kiwi", "+1+1", ""};
  const auto hash_of = [](std::string_view /*client*/) { return uint64_t{7}; };
  MutexLock lock(&stripe.mu);
  stripe.Add(stripe.buckets[0], 7, 0, record, hash_of);
  EXPECT_DEATH(stripe.Add(stripe.buckets[0], 7, 0, record, hash_of), "== nullptr");
}

TEST(AssertionsDeathTest, BlocksHaveSizes) {
  BlockArena arena;
  EXPECT_DEATH(arena.Allocate(0), "bytes > 0");
  EXPECT_DEATH(arena.Allocate(BlockArena::kChunkBytes / 2 + 1), "bytes <= kChunkBytes / 2");
  const BlockArena::Handle block = arena.Allocate(20);
  EXPECT_DEATH(arena.Shrink(block, 20, 0), "smaller > 0");
  EXPECT_DEATH(arena.Shrink(block, 20, 17), R"(Capacity\(smaller\) < Capacity\(bytes\))");
}

TEST(AssertionsDeathTest, ARangeHasSoManyChildren) {
  const HashRange range = {0, 4};
  EXPECT_DEATH(range.Child(2, 4), "index >> more_bits == 0");
  EXPECT_DEATH(range.Child(HashRange::kMaxBits, 0), "bits \\+ more_bits <= kMaxBits");
  EXPECT_DEATH(range.ChildOf(2, uint64_t{1} << 60), R"(Contains\(hash\))");
  EXPECT_DEATH(range.ChildOf(0, 0), "more_bits > 0");
}

TEST(AssertionsDeathTest, WordsAreDigits) {
  EXPECT_DEATH(TextWord::First(0), "property != 0");
  EXPECT_DEATH(TextWord("1234567x").Value(), R"(NoDigit\(\) == 0)");
  EXPECT_DEATH(TextWord::OfDigits(100'000'000), "value < 100'000'000");
}

TEST(AssertionsDeathTest, TimesAreNotNegative) {
  std::array<char, kMaxDeltaBytes> room;
  EXPECT_DEATH(WriteTimeBefore(room.end(), -1), "time_ns >= 0");
  EXPECT_DEATH(WriteDeltaBefore(room.end(), -1, 0), "received_ns >= 0");
  EXPECT_DEATH(WriteDeltaBefore(room.end(), 0, -1), "client_ns >= 0");
}

TEST(AssertionsDeathTest, ADecimalHasALimitOfThreeDigits) {
  EXPECT_DEATH(IsDecimalUpTo("1", -1), "limit >= 0");
  EXPECT_DEATH(IsDecimalUpTo("1", 1000), "limit <= 999");
}

TEST(AssertionsDeathTest, ARecordFitsIntoABlock) {
  const std::string client(kMaxRecordBytes, 'c');
  const RecordView record = {0, 1, 1, client, "+1+1", ""};
  std::vector<char> out(record.Bytes());
  EXPECT_DEATH(EncodeRecord(record, out.data()), "<= kMaxRecordBytes");
}

TEST(AssertionsDeathTest, ARangeOfATableIsWithinABucket) {
  const Table table({.herd = "seed", .node = "Clark"});
  const auto ignore = [](const RangeRecord& /*met*/) {};
  EXPECT_DEATH(table.VisitRange({0, kBucketBits - 1}, 0, ignore), "bits >= kBucketBits");
  const uint64_t past_its_bits = 1;
  EXPECT_DEATH(table.VisitRange({past_its_bits, kBucketBits}, 0, ignore), "IsValid");
}

TEST(AssertionsDeathTest, TheHashOfARecordIsThatOfItsBlock) {
  const Table table({.herd = "seed", .node = "Clark"});
  const std::string client = "kiwi";
  const std::string location = "+1+1";
  EXPECT_DEATH(table.HashOf({0, 1, 1, client, location, ""}), "client.data");
}

TEST(AssertionsDeathTest, AMoveIsToldBeforeTheChange) {
  Feed feed;
  feed.Join(0);
  const uint64_t at = Changed(feed, 1);
  feed.Next(0);
  const uint64_t moved_at = Changed(feed, 2, at);
  EXPECT_DEATH(feed.Moved(1, 2, moved_at), R"(Find\(to, at\) == nullptr)");
}

TEST(AssertionsDeathTest, AFollowerHasJoined) {
  Feed feed;
  EXPECT_DEATH(feed.Next(0), "Joined");
  EXPECT_DEATH(feed.ScanOf(0), "Joined");
  EXPECT_DEATH(feed.Acknowledge(0, 1), "Joined");
  EXPECT_DEATH(feed.Rewind(0), "Joined");
  EXPECT_DEATH(feed.MarkEnd(0), "Joined");
  EXPECT_DEATH(feed.GoTo(0, 1), "Joined");
  EXPECT_DEATH(feed.Leave(0), "Joined");
  feed.Join(0);
  EXPECT_DEATH(feed.Join(0), "!Joined");
  EXPECT_DEATH(feed.Join(kMaxFollowers), "id < kMaxFollowers");
}

TEST(AssertionsDeathTest, ACursorGoesToItsLastMark) {
  Table table({.herd = "seed", .node = "Clark"});
  Cursor cursor(table, [] {});
  const FeedPositions mark = cursor.MarkEnd();
  table.TakeReport({"kiwi", "+1+1", "1"}, kSecond);
  EXPECT_DEATH(cursor.GoTo(table.FeedEnds()), "position == follower.marked");
  cursor.GoTo(mark);
}

#endif  // NDEBUG

}  // namespace
}  // namespace proxyherd
