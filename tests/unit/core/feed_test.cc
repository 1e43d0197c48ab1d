// Tests the change feed of one stripe: coalescing, fairness, split horizon, bounds.
#include "core/feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace proxyherd {
namespace {

// Records are letters; "a" has handle 1. Followers 0 and 1 read.
class FeedTest : public ::testing::Test {
 protected:
  FeedTest() {
    feed_.Join(0);
    feed_.Join(1);
  }

  void Change(char name, FollowerMask came_by = 0) {
    const BlockArena::Handle handle = name - 'a' + 1;
    at_[handle] = feed_.Changed(handle, at_[handle], came_by, records_);
  }
  void ChangeAll(const std::string& names) {
    for (char name : names) Change(name);
  }
  // Reads up to `limit` entries.
  std::string Read(FollowerId id, size_t limit = 1000) {
    std::string names;
    while (names.size() < limit) {
      const Feed::Entry* entry = feed_.Next(id);
      if (entry == nullptr) break;
      names.push_back(static_cast<char>('a' + entry->record - 1));
    }
    return names;
  }
  void AcknowledgeAll(FollowerId id) { feed_.Acknowledge(id, feed_.NextPosition(id)); }

  Feed feed_;
  std::map<BlockArena::Handle, uint64_t> at_;
  size_t records_ = 26;
};

TEST_F(FeedTest, FollowersReadInOrderOfChange) {
  ChangeAll("abc");
  EXPECT_EQ(Read(0), "abc");
  EXPECT_EQ(Read(1), "abc");
  EXPECT_EQ(Read(0), "");
}

TEST_F(FeedTest, ARecordThatNobodyHasPassedChangesInPlace) {
  ChangeAll("abcabab");
  EXPECT_EQ(feed_.Entries(), 3U);
  EXPECT_EQ(Read(0), "abc");
}

TEST_F(FeedTest, ARecordThatAFollowerHasPassedComesAgainForItOnly) {
  ChangeAll("ab");
  EXPECT_EQ(Read(0), "ab");
  ChangeAll("a");
  EXPECT_EQ(Read(0), "a");
  EXPECT_EQ(Read(1), "aba") << "the older entry stays for the follower that still has it before it";
}

TEST(FeedBound, FollowsTheRecordsDownWhenTheyAreDeleted) {
  constexpr size_t kRecords = 2000;
  constexpr size_t kChanged = 600;
  constexpr size_t kMin = 4;
  Feed feed(kMin);
  feed.Join(0);
  std::map<BlockArena::Handle, uint64_t> at;
  for (BlockArena::Handle record = 1; record <= kChanged; ++record) {
    at[record] = feed.Changed(record, 0, 0, kRecords);
  }
  // No more changes, an absent follower, and all but one of the changed records are deleted first.
  for (size_t left = kRecords - 1; left > 0; --left) {
    const auto record = static_cast<BlockArena::Handle>(kRecords - left);
    if (record < kChanged) feed.Forget(record, at[record]);
    feed.Deleted(left);
    ASSERT_LE(feed.Entries(), std::max(kMin, left / 2));
  }
  EXPECT_FALSE(feed.Scanning(0)) << "what is left has room";
  const Feed::Entry* entry = feed.Next(0);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->record, kChanged);
}

TEST_F(FeedTest, AHotRecordHasAtMostOneEntryMoreThanThereAreFollowers) {
  ChangeAll("ab");
  for (int i = 0; i < 1000; ++i) {
    Change('a');
    Read(0);
  }
  EXPECT_EQ(Read(1), "aba");
}

TEST_F(FeedTest, ASaturatedFollowerStillMeetsTheHotRecordOnceARound) {
  // Follower 1 takes one entry for every five changes, follower 0 takes all: the hot record `a`
  // moves to the end each time, and must not stay ahead of follower 1 forever.
  ChangeAll("abcdefghij");
  std::mt19937 random(1);
  int since_hot = 0;
  for (int step = 0; step < 5000; ++step) {
    Change('a');
    for (int i = 0; i < 4; ++i) Change(static_cast<char>('b' + random() % 9));
    Read(0);
    const std::string read = Read(1, 1);
    since_hot = read == "a" ? 0 : since_hot + 1;
    ASSERT_LE(since_hot, 30);
  }
}

TEST_F(FeedTest, AFollowerIsNotSentWhatCameByItsOwnLink) {
  Change('a', MaskOf(0));
  Change('b');
  EXPECT_EQ(Read(0), "b");
  EXPECT_EQ(Read(1), "ab");
}

TEST_F(FeedTest, ADuplicateByAnotherLinkIsNotSentBackThereEither) {
  Change('a', MaskOf(0));
  feed_.CameAgain(1, at_[1], MaskOf(1));
  EXPECT_EQ(Read(0), "");
  EXPECT_EQ(Read(1), "");
}

TEST_F(FeedTest, AFollowerIsNotTakenForTheOneWhoseNumberItHas) {
  Change('a', MaskOf(0));
  Change('b', MaskOf(0));
  EXPECT_EQ(Read(1), "ab");
  feed_.Leave(0);
  feed_.Join(0);
  // Marks of the old link's number lie before the new link's start; changes from here on do not.
  Change('c');
  Change('a');
  Change('b', MaskOf(1));
  EXPECT_EQ(Read(0), "cab");
  EXPECT_EQ(Read(1), "ca");
}

TEST_F(FeedTest, WhatOnlyOneThatLeavesHasYetToReadGoes) {
  ChangeAll("abc");
  EXPECT_EQ(Read(1), "abc");
  AcknowledgeAll(1);
  EXPECT_EQ(feed_.Entries(), 3U);
  feed_.Leave(0);
  EXPECT_EQ(feed_.Entries(), 0U);
}

TEST_F(FeedTest, ANewVersionForgetsTheLinksOfTheOldOne) {
  Change('a', MaskOf(0));
  Change('a', MaskOf(1));
  EXPECT_EQ(Read(0), "a");
  EXPECT_EQ(Read(1), "");
}

TEST_F(FeedTest, RewindGoesBackToWhatWasAcknowledged) {
  ChangeAll("abc");
  EXPECT_EQ(Read(0, 1), "a");
  AcknowledgeAll(0);
  EXPECT_EQ(Read(0), "bc");
  feed_.Rewind(0);
  EXPECT_EQ(Read(0), "bc");
}

TEST_F(FeedTest, WhatEveryFollowerHasAcknowledgedGoes) {
  ChangeAll("abc");
  Read(0);
  Read(1);
  AcknowledgeAll(0);
  EXPECT_EQ(feed_.Entries(), 3U);
  AcknowledgeAll(1);
  EXPECT_EQ(feed_.Entries(), 0U);
}

TEST_F(FeedTest, WithoutFollowersNothingIsKept) {
  feed_.Leave(0);
  feed_.Leave(1);
  ChangeAll("abc");
  EXPECT_EQ(feed_.Entries(), 0U);
}

TEST_F(FeedTest, LagCountsWhatIsNotAcknowledged) {
  ChangeAll("abc");
  Change('d', MaskOf(0));
  EXPECT_EQ(feed_.Lag(0), 3U);
  EXPECT_EQ(feed_.Lag(1), 4U);
  Read(0);
  EXPECT_EQ(feed_.Lag(0), 3U);
  AcknowledgeAll(0);
  EXPECT_EQ(feed_.Lag(0), 0U);
}

TEST_F(FeedTest, LagCountsARecordOnceHoweverManyEntriesNameIt) {
  ChangeAll("ab");
  for (int times = 0; times < 5; ++times) {
    feed_.Rewind(0);
    Read(0, static_cast<size_t>(times) + 1);
    Change('a');
  }
  EXPECT_GT(feed_.Entries(), 3U);
  EXPECT_EQ(feed_.Lag(0), 2U);
  EXPECT_EQ(feed_.Lag(1), 2U);
  Read(1, 1);
  AcknowledgeAll(1);
  EXPECT_EQ(feed_.Lag(1), 2U);
}

TEST_F(FeedTest, AMovedRecordIsNamedByItsNewPlaceInAllItsEntries) {
  ChangeAll("ab");
  Read(0);
  Change('a');
  feed_.Moved(1, 9, at_[1]);
  EXPECT_EQ(Read(0), "i");
  EXPECT_EQ(Read(1), "ibi");
}

TEST_F(FeedTest, AFollowerThatIsAwayCostsBoundedMemoryAndMissesNothing) {
  for (int i = 0; i < 200'000; ++i) {
    Change(static_cast<char>('a' + i % 26));
    Read(0);
    AcknowledgeAll(0);
  }
  EXPECT_LE(feed_.Entries(), Feed::kMinCapacity);
  const std::string read = Read(1);
  for (char name = 'a'; name <= 'z'; ++name) EXPECT_NE(read.find(name), std::string::npos) << name;
}

TEST_F(FeedTest, AFollowerWhoseEveryEntryCameByItsOwnLinkDoesNotFillTheFeed) {
  records_ = 100'000;
  feed_.Leave(1);
  for (BlockArena::Handle handle = 1; handle <= 1'000'000; ++handle) {
    feed_.Changed(handle, 0, MaskOf(0), 3000);
    ASSERT_LE(feed_.Entries(), 6000U);
  }
}

// Followers that read, acknowledge and rewind at random end up with the last version of everything.
TEST(FeedProperty, EveryFollowerSeesTheLastVersionOfEveryRecord) {
  constexpr BlockArena::Handle kRecords = 5000;
  constexpr FollowerId kReaders = 4;
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    Feed feed;
    std::vector<uint64_t> at(kRecords + 1);
    std::vector<int> version(kRecords + 1);
    std::vector<std::vector<int>> seen(kReaders, std::vector<int>(kRecords + 1));
    for (FollowerId id = 0; id < kReaders; ++id) feed.Join(id);
    const auto read = [&](FollowerId id, int limit) {
      for (int i = 0; i < limit; ++i) {
        const Feed::Entry* entry = feed.Next(id);
        if (entry == nullptr) return;
        ASSERT_LE(seen[id][entry->record], version[entry->record]);
        seen[id][entry->record] = version[entry->record];
      }
    };
    for (int step = 0; step < 30'000; ++step) {
      // A few records are hot.
      const BlockArena::Handle record =
          1 + (random() % 4 == 0 ? random() % kRecords : random() % 5);
      ++version[record];
      at[record] = feed.Changed(record, at[record], 0, kRecords);
      ASSERT_LE(feed.Entries(), 2 * kRecords);
      const FollowerId id = random() % kReaders;
      if (random() % (1 + 4 * id) == 0) read(id, static_cast<int>(random() % 50));
      if (random() % 10 == 0) feed.Acknowledge(id, feed.NextPosition(id));
      if (random() % 100 == 0) feed.Rewind(id);
    }
    for (FollowerId id = 0; id < kReaders; ++id) {
      read(id, 10 * static_cast<int>(kRecords));
      EXPECT_EQ(seen[id], version) << "seed " << seed << ", follower " << id;
    }
  }
}

}  // namespace
}  // namespace proxyherd
