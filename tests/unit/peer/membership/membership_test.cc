// Tests the map of entries: which wins, which is passed on, and how many are kept.
#include "peer/membership/membership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"

namespace proxyherd::peer {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

MemberEntry Notice(const std::string& node, uint64_t epoch_ns, uint64_t sequence,
                   NodeState state = NodeState::kServing) {
  MemberEntry notice;
  notice.node = node;
  notice.version = {epoch_ns, sequence};
  notice.state = state;
  return notice;
}

std::vector<std::string> Names(const std::vector<MemberEntry>& notices) {
  std::vector<std::string> names;
  for (const MemberEntry& notice : notices) names.push_back(notice.node);
  return names;
}

class MembershipTest : public ::testing::Test {
 protected:
  MemberVersion Known(const std::string& node) {
    const auto found = board_.nodes().find(node);
    if (found == board_.nodes().end() || !found->second.member.has_value()) return {};
    return found->second.member->version;
  }
  std::vector<std::string> Take(Membership::Follower& follower, FollowerMask mask) {
    return Names(board_.Take(follower, mask));
  }

  Membership board_{"Clark", {"Bona", "Clark", "Jaquez"}, 5};
};

TEST_F(MembershipTest, TheGreaterEpochAndThenTheGreaterSequenceWins) {
  const struct {
    MemberVersion version;
    bool wins;
  } steps[] = {{{5, 2}, true}, {{5, 2}, false}, {{5, 1}, false},
               {{5, 3}, true}, {{4, 9}, false}, {{6, 1}, true}};
  for (const auto& step : steps) {
    EXPECT_EQ(board_.Merge(Notice("Bona", step.version.epoch_ns, step.version.sequence), 0),
              step.wins);
  }
  EXPECT_EQ(Known("Bona"), (MemberVersion{6, 1}));
  EXPECT_EQ(board_.counters().won, 3U);
  EXPECT_EQ(board_.counters().known, 3U);
}

TEST_F(MembershipTest, OrderOfArrivalDoesNotMatter) {
  std::vector<MemberEntry> notices;
  for (uint64_t i = 1; i <= 20; ++i)
    notices.push_back(Notice(i % 2 == 0 ? "Bona" : "Ann", i / 7 + 1, i));
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    Membership board("Clark", {});
    std::shuffle(notices.begin(), notices.end(), random);
    for (const MemberEntry& notice : notices) board.Merge(notice, 0);
    EXPECT_EQ(board.nodes().at("Bona").member->version, (MemberVersion{3, 20}));
    EXPECT_EQ(board.nodes().at("Ann").member->version, (MemberVersion{3, 19}));
  }
}

// Happens if a process continues from an earlier one's version without its last entries.
TEST_F(MembershipTest, OfTwoNoticesOfOneVersionAllBoardsKeepTheSame) {
  const MemberEntry serving = Notice("Bona", 5, 3, NodeState::kServing);
  std::vector<MemberEntry> others(7, serving);
  others[0].state = NodeState::kStopped;
  others[1].address.host = "b";
  others[2].load.connections = 1;
  others[3].topology_hash = 1;
  others[4].links = {{"Clark", false, false}};
  others[5].links = {{"Clark", true, false}};
  others[6].people = {{5, 5 + kSecond, "words"}};
  for (const MemberEntry& other : others) {
    Membership one("Ann", {});
    Membership another("Clark", {});
    one.Merge(serving, 1);
    EXPECT_TRUE(one.Merge(other, 1));
    another.Merge(other, 1);
    EXPECT_FALSE(another.Merge(serving, 1));
    EXPECT_EQ(one.nodes().at("Bona").member, another.nodes().at("Bona").member);
    EXPECT_EQ(one.nodes().at("Bona").member, other) << "what is set is greater";
  }
}

TEST_F(MembershipTest, ANeighbourWithTheLesserOneOfAVersionIsToldTheGreater) {
  Membership::Follower bona = board_.Join();
  board_.Merge(Notice("Ann", 5, 3, NodeState::kStopped), 2);
  board_.Merge(Notice("Ann", 5, 3, NodeState::kServing), 1);
  EXPECT_THAT(Take(bona, 1), ElementsAre("Ann"));
}

TEST_F(MembershipTest, WhatIsMalformedIsNotKept) {
  EXPECT_FALSE(board_.Merge(Notice("no name", 1, 1), 0));
  EXPECT_FALSE(board_.Merge(Notice("Bona", 0, 1), 0));
  EXPECT_EQ(board_.counters().malformed, 2U);
  EXPECT_EQ(board_.nodes().size(), 3U);
}

TEST_F(MembershipTest, ThereIsAlwaysRoomForTheHerdFile) {
  for (int i = 0; i < 10; ++i) board_.Merge(Notice(absl::StrCat("made-up-", i), 1, 1), 0);
  EXPECT_EQ(board_.nodes().size(), 5U);
  EXPECT_EQ(board_.counters().no_room, 8U);
  EXPECT_TRUE(board_.Merge(Notice("Jaquez", 1, 1), 0));
  EXPECT_TRUE(board_.Merge(Notice("made-up-0", 1, 2), 0)) << "who is known stays known";
}

TEST_F(MembershipTest, OnlyWhoIsNotExpectedIsForgotten) {
  board_.Merge(Notice("Ann", 1, 1), 0);
  board_.Merge(Notice("Bona", 1, 1), 0);
  Membership::Follower follower = board_.Join();
  for (const char* name : {"Ann", "Bona", "Clark", "nobody"}) board_.Forget(name);
  EXPECT_EQ(Known("Ann"), MemberVersion{});
  EXPECT_EQ(Known("Bona"), (MemberVersion{1, 1}));
  EXPECT_EQ(board_.nodes().size(), 3U);
  EXPECT_THAT(Take(follower, 1), ElementsAre("Bona"));
  EXPECT_TRUE(board_.Merge(Notice("Ann", 1, 1), 0)) << "who still knows it may tell it again";
}

TEST_F(MembershipTest, TheHerdFileMayNameOthersLater) {
  board_.Merge(Notice("Bona", 1, 1), 0);
  board_.SetExpected({"Ann", "Clark"});
  EXPECT_TRUE(board_.nodes().at("Ann").expected);
  EXPECT_FALSE(board_.nodes().at("Bona").expected) << "kept, since it was heard of";
  EXPECT_EQ(board_.nodes().count("Jaquez"), 0U) << "of it nothing was known";
  board_.SetExpected({});
  EXPECT_EQ(board_.nodes().count("Clark"), 1U) << "this node itself";
}

TEST_F(MembershipTest, AFollowerIsToldAllAndThenWhatChanges) {
  board_.Merge(Notice("Bona", 1, 1), 1);
  board_.Merge(Notice("Jaquez", 1, 1), 2);
  Membership::Follower bona = board_.Join();
  EXPECT_THAT(Take(bona, 1), ElementsAre("Bona", "Jaquez")) << "it may have lost its own";
  EXPECT_THAT(Take(bona, 1), IsEmpty());
  board_.Merge(Notice("Jaquez", 1, 2), 2);
  board_.Merge(Notice("Jaquez", 1, 3), 2);
  EXPECT_THAT(Take(bona, 1), ElementsAre("Jaquez")) << "only the newest";
}

TEST_F(MembershipTest, NothingGoesBackWhereItCameFrom) {
  Membership::Follower bona = board_.Join();
  board_.Merge(Notice("Bona", 1, 1), 1);
  EXPECT_THAT(Take(bona, 1), IsEmpty());
  // The same entry also arrives by another link, before that link has been sent it.
  Membership::Follower jaquez = board_.Join();
  board_.Merge(Notice("Ann", 1, 1), 1);
  board_.Merge(Notice("Ann", 1, 1), 2);
  EXPECT_THAT(Take(jaquez, 2), ElementsAre("Bona"));
  EXPECT_THAT(Take(jaquez, 2), IsEmpty());
}

TEST_F(MembershipTest, AMessageIsBounded) {
  Membership board("Clark", {});
  for (int i = 0; i < 300; ++i) board.Merge(Notice(absl::StrCat("n", i), 1, 1), 0);
  Membership::Follower follower = board.Join();
  EXPECT_EQ(board.Take(follower, 1).size(), kMaxMembersInUpdate);
  EXPECT_EQ(board.Take(follower, 1).size(), kMaxMembersInUpdate);
  EXPECT_EQ(board.Take(follower, 1).size(), 300 - 2 * kMaxMembersInUpdate);
  MemberEntry big = Notice("big", 1, 1);
  for (uint64_t i = 1; i <= 16; ++i) big.people.push_back({i, i + kSecond, std::string(1024, 'x')});
  for (int i = 0; i < 20; ++i) {
    big.node = absl::StrCat("big", i);
    ASSERT_TRUE(board.Merge(big, 0));
  }
  EXPECT_LE(board.Take(follower, 1).size(), kMembershipUpdateBytes / (16 * 1024) + 1);
}

TEST_F(MembershipTest, WordsAreNewsOnceAndNotTooMany) {
  MemberEntry notice = Notice("Bona", 1, 1);
  notice.people = {{5, 5 + kSecond, "first"}};
  board_.Merge(notice, 0);
  notice.version.sequence = 2;
  notice.people.push_back({6, 6 + kSecond, "second"});
  board_.Merge(notice, 0);
  std::vector<Membership::News> news = board_.TakeNews(0);
  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0].announcement.text, "first");
  EXPECT_EQ(news[1].announcement.text, "second");
  EXPECT_EQ(news[1].node, "Bona");
  for (uint64_t i = 0; i < 100; ++i) {
    notice.version.sequence = 3 + i;
    notice.people = {{10 + i, 10 + i + kSecond, "made up"}};
    board_.Merge(notice, 0);
  }
  EXPECT_EQ(board_.TakeNews(kSecond).size(), kMaxNews - 2);
  board_.Publish(Notice("Clark", 1, 0));
  EXPECT_THAT(board_.TakeNews(2 * kSecond), IsEmpty());
  notice.version.sequence = 200;
  notice.people = {{999, 999 + kSecond, "later"}};
  board_.Merge(notice, 0);
  EXPECT_EQ(board_.TakeNews(kNewsIntervalNs).size(), 1U);
}

TEST_F(MembershipTest, OwnNoticesAreNumberedAndWrittenByNobodyElse) {
  board_.Publish(Notice("Clark", 7, 0));
  board_.Publish(Notice("Clark", 7, 0));
  EXPECT_EQ(Known("Clark"), (MemberVersion{7, 2}));
  EXPECT_FALSE(board_.Merge(Notice("Clark", 6, 50), 1));
  EXPECT_FALSE(board_.overtaken());
  EXPECT_FALSE(board_.Merge(Notice("Clark", 9, 4, NodeState::kStopped), 1));
  EXPECT_TRUE(board_.overtaken()) << "of a process whose clock was ahead";
  EXPECT_EQ(Known("Clark"), (MemberVersion{7, 2}));
  board_.Publish(Notice("Clark", 7, 0));
  EXPECT_EQ(Known("Clark"), (MemberVersion{9, 5}));
  EXPECT_FALSE(board_.overtaken());
  board_.Merge(Notice("Clark", 9, kMaxMemberNumber), 1);
  board_.Publish(Notice("Clark", 7, 0));
  EXPECT_EQ(Known("Clark"), (MemberVersion{10, 1}));
}

TEST_F(MembershipTest, AnEarlierProcessThatCameToTheSameVersionIsOvertaken) {
  board_.Publish(Notice("Clark", 7, 0, NodeState::kStarting));
  board_.Merge(Notice("Clark", 9, 4), 1);
  board_.Publish(Notice("Clark", 7, 0, NodeState::kServing));
  ASSERT_EQ(Known("Clark"), (MemberVersion{9, 5}));
  board_.Merge(Notice("Clark", 9, 5, NodeState::kServing), 1);
  EXPECT_FALSE(board_.overtaken()) << "it is this very one";
  board_.Merge(Notice("Clark", 9, 5, NodeState::kStarting), 1);
  EXPECT_FALSE(board_.overtaken()) << "all nodes take the greater one";
  board_.Merge(Notice("Clark", 9, 5, NodeState::kStopped), 1);
  EXPECT_TRUE(board_.overtaken());
  board_.Publish(Notice("Clark", 7, 0, NodeState::kServing));
  EXPECT_EQ(Known("Clark"), (MemberVersion{9, 6}));
  board_.Merge(Notice("Clark", 9, 5, NodeState::kStopped), 1);
  EXPECT_FALSE(board_.overtaken());
}

// A displaced node logs this address; an echo of the node's own entry does not set it.
TEST_F(MembershipTest, KnowsWhereAnotherProcessOfItsNameSaysThatItIs) {
  board_.Publish(Notice("Clark", 7, 0));
  MemberEntry echo = Notice("Clark", 7, 1);
  echo.address.host = "here";
  board_.Merge(echo, 1);
  EXPECT_EQ(board_.rival().address.host, "");
  MemberEntry other = Notice("Clark", 9, 4);
  other.address.host = "there";
  board_.Merge(other, 1);
  EXPECT_EQ(board_.rival().address.host, "there");
  EXPECT_EQ(board_.rival().version, (MemberVersion{9, 4}));
  other.version.sequence = 3;
  other.address.host = "elsewhere";
  board_.Merge(other, 1);
  EXPECT_EQ(board_.rival().address.host, "there") << "an older word";
}

}  // namespace
}  // namespace proxyherd::peer
