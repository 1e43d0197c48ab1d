// Tests the positions that a feed's followers hold, against a model of followers that lose messages
// in flight, restart and report to each other.
#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

#include "core/feed.h"

namespace proxyherd {
namespace {

constexpr FollowerId kFollowers = 4;

struct Place {
  uint32_t record;
  uint64_t version;
  Feed::Position position;
};

// Records and the versions of each are numbered from 1. Each change is stored with its position. If
// a follower is said to hold a position, it must have that version or a newer one.
class FeedHeldTest : public ::testing::Test {
 protected:
  void SetUpRecords(uint32_t records) {
    at_.assign(records + 1, 0);
    version_.assign(records + 1, 0);
    for (FollowerId id = 0; id < kFollowers; ++id) {
      feed_.Join(id);
      followers_[id].has.assign(records + 1, 0);
    }
  }

  void Change(uint32_t record, FollowerMask came_by) {
    ++version_[record];
    at_[record] = feed_.Changed(record, at_[record], came_by, at_.size() - 1);
    places_.push_back({record, version_[record], feed_.PositionAt(at_[record])});
    for (FollowerId id = 0; id < kFollowers; ++id) {
      if ((came_by & MaskOf(id)) != 0) followers_[id].has[record] = version_[record];
    }
  }

  // Sends one batch of at most `limit` records.
  void Send(FollowerId id, int limit) {
    Follower& follower = followers_[id];
    for (; limit > 0 && feed_.Scanning(id); --limit) ScanOne(id);
    for (; limit > 0; --limit) {
      const Feed::Entry* entry = feed_.Next(id);
      if (entry == nullptr) break;
      follower.sent.push_back({entry->record, version_[entry->record], 0});
    }
    follower.batches.emplace_back(follower.sent.size(), feed_.NextPosition(id));
  }

  // One step of an evicted follower's scan: record N is in bucket N % kBuckets.
  void ScanOne(FollowerId id) {
    Feed::Scan& scan = feed_.ScanOf(id);
    const size_t record = scan.bucket + size_t{scan.slot} * Feed::kBuckets;
    if (record >= at_.size()) {
      scan.bucket = (scan.bucket + 1) % Feed::kBuckets;
      scan.slot = 0;
      --scan.buckets_left;
      return;
    }
    ++scan.slot;
    if (record == 0 || !feed_.ChangedSince(id, at_[record])) return;
    followers_[id].sent.push_back({static_cast<uint32_t>(record), version_[record], 0});
  }

  // The oldest batch in flight arrives, and is acknowledged.
  void Arrive(FollowerId id) {
    Follower& follower = followers_[id];
    if (follower.batches.empty()) return;
    const auto [end, position] = follower.batches.front();
    follower.batches.erase(follower.batches.begin());
    for (; follower.arrived < end; ++follower.arrived) {
      const Place& sent = follower.sent[follower.arrived];
      uint64_t& has = follower.has[sent.record];
      has = std::max(has, sent.version);
    }
    feed_.Acknowledge(id, position);
  }

  // The stream breaks, and the follower is dialled again.
  void Dial(FollowerId id) {
    Follower& follower = followers_[id];
    follower.sent.clear();
    follower.batches.clear();
    follower.arrived = 0;
    follower.dialled = true;
    follower.marked = feed_.MarkEnd(id);
    follower.repaired = version_;
  }

  // The same process as before answers.
  void Return(FollowerId id) {
    followers_[id].dialled = false;
    feed_.Rewind(id);
  }

  // A new process answers; `repaired`: it has the records known when it was dialled.
  void BeginAnew(FollowerId id, bool repaired) {
    Follower& follower = followers_[id];
    follower.dialled = false;
    follower.complete = repaired;
    if (repaired) {
      follower.has = follower.repaired;
    } else {
      std::fill(follower.has.begin(), follower.has.end(), 0);
    }
    feed_.GoTo(id, follower.marked);
  }

  void Lose(FollowerId id, bool restart) {
    Dial(id);
    if (restart) {
      BeginAnew(id, false);
    } else {
      Return(id);
    }
  }

  void Check() {
    for (FollowerId id = 0; id < kFollowers; ++id) {
      const Feed::Span held = feed_.Held(id);
      for (const Place& place : places_) {
        const bool before = place.position < held.from && !followers_[id].complete;
        if (before || place.position >= held.end) continue;
        ASSERT_GE(followers_[id].has[place.record], place.version)
            << "follower " << id << " lacks record " << place.record << " at " << place.position;
      }
    }
    if (places_.size() > 2000) places_.erase(places_.begin(), places_.end() - 1000);
  }

  void ExpectAllHeldInTheEnd() {
    for (FollowerId id = 0; id < kFollowers; ++id) {
      if (followers_[id].dialled) Return(id);
      while (feed_.NextPosition(id) < feed_.End()) Send(id, 1000);
      Send(id, 1);
      while (!followers_[id].batches.empty()) Arrive(id);
      EXPECT_EQ(feed_.Held(id).end, feed_.End()) << id;
    }
    Check();
  }

  struct Follower {
    std::vector<uint64_t> has;
    std::vector<Place> sent;
    std::vector<std::pair<size_t, Feed::Position>> batches;
    size_t arrived = 0;
    bool dialled = false;
    Feed::Position marked = 0;
    std::vector<uint64_t> repaired;
    bool complete = false;
  };

  Feed feed_;
  std::vector<uint64_t> at_;
  std::vector<uint64_t> version_;
  std::vector<Place> places_;
  Follower followers_[kFollowers];
};

TEST_F(FeedHeldTest, APlaceIsHeldOnceItIsAcknowledged) {
  SetUpRecords(2);
  Change(1, 0);
  Send(0, 1);
  EXPECT_LE(feed_.Held(0).end, places_[0].position);
  Arrive(0);
  EXPECT_GT(feed_.Held(0).end, places_[0].position);
  EXPECT_LE(feed_.Held(1).end, places_[0].position) << "every follower for itself";
}

TEST_F(FeedHeldTest, WhatWasBeforeANewProcessIsNotHeld) {
  SetUpRecords(2);
  Change(1, 0);
  Lose(0, true);
  EXPECT_GT(feed_.Held(0).from, places_[0].position);
  Change(2, 0);
  EXPECT_GE(places_[1].position, feed_.Held(0).from);
}

TEST_F(FeedHeldTest, AnEntryThatDiedOnItsWayIsNotHeldWhereItStood) {
  SetUpRecords(3);
  for (FollowerId id = 1; id < kFollowers; ++id) feed_.Leave(id);
  Change(1, 0);
  Change(2, 0);
  Send(0, 2);
  Change(1, 0);  // the entry in flight dies, and is lost with the stream
  Lose(0, false);
  Send(0, 1);  // record 2, past the dead entry
  Arrive(0);
  EXPECT_EQ(followers_[0].has[1], 0U);
  EXPECT_LE(feed_.Held(0).end, places_[0].position);
  Send(0, 1);
  Arrive(0);
  EXPECT_GT(feed_.Held(0).end, places_[2].position);
}

TEST_F(FeedHeldTest, WhatChangesWhileANewProcessIsDialledComesByTheFeed) {
  SetUpRecords(2);
  Change(1, 0);
  Dial(0);
  Change(1, 0);
  BeginAnew(0, true);
  Check();
  Send(0, 1);
  Arrive(0);
  EXPECT_EQ(followers_[0].has[1], 2U);
}

TEST_F(FeedHeldTest, AnOlderEntryIsNotSkippedForWhatCameInBefore) {
  SetUpRecords(2);
  Change(1, MaskOf(0));  // its first version came from follower 0
  Send(1, 1);
  Change(1, 0);
  Send(1, 1);
  Change(2, 0);
  Change(1, 0);
  Send(0, 1);  // with the entry that stands where the first version stood
  Arrive(0);
  EXPECT_EQ(followers_[0].has[1], 3U);
  Check();
}

struct Load {
  const char* what;
  uint32_t records;
  int slowness;  // of follower 3: one batch in as many steps
  int losses;    // in 1000 steps, of a stream
  int restarts;  // likewise, of a follower
};

class FeedHeldUnderLoadTest : public FeedHeldTest, public ::testing::WithParamInterface<Load> {};

TEST_P(FeedHeldUnderLoadTest, NobodyIsSaidToHaveWhatItLacks) {
  const Load& load = GetParam();
  std::mt19937 random(1);
  SetUpRecords(load.records);
  for (int step = 0; step < 20'000; ++step) {
    for (int i = 0; i < 4; ++i) {
      // Half of the changes are those of a few hot records.
      const bool hot = random() % 2 == 0;
      const uint32_t record = 1 + random() % (hot ? 3 : load.records);
      const FollowerId by = random() % kFollowers;
      Change(record, random() % 4 == 0 && !followers_[by].dialled ? MaskOf(by) : 0);
    }
    const FollowerId id = random() % kFollowers;
    if (!followers_[id].dialled && (id != 3 || random() % load.slowness == 0)) {
      Send(id, static_cast<int>(random() % 10));
    }
    if (random() % 3 != 0) Arrive(random() % kFollowers);
    const int fate = static_cast<int>(random() % 1000);
    const FollowerId struck = random() % kFollowers;
    if (followers_[struck].dialled) {
      const bool restart =
          static_cast<int>(random() % (load.losses + load.restarts)) < load.restarts;
      if (restart) {
        BeginAnew(struck, random() % 2 == 0);
      } else {
        Return(struck);
      }
    } else if (fate < load.losses + load.restarts) {
      Dial(struck);
    }
    if (step % 8 == 0) {
      Check();
      ASSERT_FALSE(HasFatalFailure()) << load.what << ", step " << step;
    }
  }
  ExpectAllHeldInTheEnd();
}

INSTANTIATE_TEST_SUITE_P(Loads, FeedHeldUnderLoadTest,
                         ::testing::Values(Load{"few records", 8, 1, 20, 2},
                                           Load{"a slow follower", 50, 50, 10, 0},
                                           Load{"many records and no room", 3000, 400, 2, 0},
                                           Load{"no room and restarts", 3000, 100, 5, 2}),
                         [](const auto& info) {
                           std::string name = info.param.what;
                           for (char& c : name) c = c == ' ' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace proxyherd
