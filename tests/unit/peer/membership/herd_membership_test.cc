// Tests MembershipUpdate on a simulated herd: the five nodes learn of each other's start and end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"

namespace proxyherd::peer {
namespace {

using ::testing::HasSubstr;

class HerdMembershipTest : public ::testing::Test {
 protected:
  HerdMembershipTest() {
    herd_.StartAll();
    herd_.Advance(5 * kSecond);
  }
  // Returns the states of one node as the living nodes see them.
  std::map<std::string, NodeState> Of(const std::string& name) {
    std::map<std::string, NodeState> states;
    for (const std::string& reader : herd_.Names()) {
      if (herd_.Alive(reader)) states[reader] = herd_.States(reader).at(name);
    }
    return states;
  }
  void ExpectAll(const std::string& name, NodeState expected) {
    for (const auto& [reader, state] : Of(name)) {
      EXPECT_EQ(state, expected) << name << " at " << reader;
    }
  }
  // Posts each announcement in a separate entry.
  void PostAtClark(int words) {
    for (int i = 0; i < words; ++i) {
      ASSERT_TRUE(herd_.links("Clark").PostAnnouncement("words", 7200 * kSecond).ok());
      herd_.Advance(2 * kSecond);
    }
  }
  const MemberEntry& Notice(const std::string& reader, const std::string& name) {
    return *herd_.links(reader).membership().nodes().at(name).member;
  }

  SimHerd herd_{FiveNodes(), 1};
};

TEST_F(HerdMembershipTest, EverybodyKnowsThatAllServe) {
  for (const std::string& name : herd_.Names()) ExpectAll(name, NodeState::kServing);
  EXPECT_EQ(Notice("Bailey", "Clark").address.host, "d");
  EXPECT_EQ(Notice("Bailey", "Clark").links.size(), 2U);
}

TEST_F(HerdMembershipTest, AnIdleHerdIsSilent) {
  const uint64_t before = herd_.membership_sent();
  herd_.Advance(600 * kSecond);
  EXPECT_EQ(herd_.membership_sent(), before);
}

TEST_F(HerdMembershipTest, ANodeThatDiesWithoutAWordIsDownForEverybodyAndUpAgain) {
  for (const std::string& name : herd_.Names()) {
    herd_.Crash(name);
    herd_.Advance(2 * kSecond);
    ExpectAll(name, NodeState::kDown);
    for (const std::string& other : herd_.Names()) {
      if (other != name) ExpectAll(other, NodeState::kServing);
    }
    herd_.Start(name);
    herd_.Advance(4 * kSecond);
    for (const std::string& other : herd_.Names()) ExpectAll(other, NodeState::kServing);
  }
}

TEST_F(HerdMembershipTest, ANodeThatStopsInOrderHasSaidSo) {
  herd_.links("Clark").PublishState(NodeState::kDraining);
  herd_.links("Clark").Tick();
  herd_.Advance(100 * kMillisecond);
  ExpectAll("Clark", NodeState::kDraining);
  herd_.links("Clark").PublishState(NodeState::kStopped);
  EXPECT_FALSE(herd_.links("Clark").MembershipRead());
  herd_.links("Clark").Tick();
  EXPECT_FALSE(herd_.links("Clark").MembershipRead());
  herd_.Advance(500 * kMillisecond);
  EXPECT_TRUE(herd_.links("Clark").MembershipRead());
  herd_.links("Clark").Stop();
  herd_.Advance(kSecond);
  herd_.Crash("Clark");
  herd_.Advance(5 * kSecond);
  ExpectAll("Clark", NodeState::kStopped);
}

TEST_F(HerdMembershipTest, TwoNodesThatHeardEachOtherLastAreBothDown) {
  herd_.Crash("Clark");
  herd_.Crash("Jaquez");
  herd_.Advance(3 * kSecond);
  ExpectAll("Clark", NodeState::kDown);
  ExpectAll("Jaquez", NodeState::kDown);
}

TEST_F(HerdMembershipTest, ACutLinkMakesNobodyDown) {
  herd_.Cut("Clark", "Bona");
  herd_.Advance(10 * kSecond);
  for (const std::string& name : herd_.Names()) ExpectAll(name, NodeState::kServing);
  EXPECT_FALSE(Notice("Bailey", "Clark").links[0].outgoing_up);
  herd_.Mend("Clark", "Bona");
  herd_.Advance(10 * kSecond);
  EXPECT_TRUE(Notice("Bailey", "Clark").links[0].outgoing_up);
}

TEST_F(HerdMembershipTest, BothSidesOfACutHerdMissTheOtherAndFindItAgain) {
  for (const auto& [a, b] : {std::pair{"Bona", "Clark"}, {"Campbell", "Jaquez"}}) herd_.Cut(a, b);
  herd_.Advance(10 * kSecond);
  EXPECT_EQ(herd_.States("Bailey").at("Clark"), NodeState::kDown);
  EXPECT_EQ(herd_.States("Clark").at("Bona"), NodeState::kDown);
  EXPECT_EQ(herd_.States("Clark").at("Bailey"), NodeState::kUnreachable);
  for (const auto& [a, b] : {std::pair{"Bona", "Clark"}, {"Campbell", "Jaquez"}}) herd_.Mend(a, b);
  herd_.Advance(10 * kSecond);
  for (const std::string& name : herd_.Names()) ExpectAll(name, NodeState::kServing);
}

// Clark's clock is set back between two of its processes, so the second one continues from the
// version of the first that Bona knows; only Jaquez and Campbell know the last entries of the first
// one. However many these were, in the end the whole herd has the second one's entry.
TEST_F(HerdMembershipTest, AProcessCountsThoughAnEarlierOneWhoseClockWasAheadWentJustAsFar) {
  bool same_version = false;
  for (int last_words = 0; last_words <= 6; ++last_words) {
    herd_.Crash("Clark");
    herd_.clock().StepWall(3600 * kSecond);
    herd_.Start("Clark");
    herd_.Advance(4 * kSecond);
    for (const char* other : {"Clark", "Campbell"}) herd_.Cut("Bona", other);
    herd_.Cut("Bailey", "Campbell");
    herd_.Advance(4 * kSecond);
    PostAtClark(last_words);
    herd_.Crash("Clark");
    herd_.clock().StepWall(-1800 * kSecond);
    herd_.Cut("Clark", "Jaquez");
    herd_.Mend("Clark", "Bona");
    herd_.Start("Clark");
    herd_.Advance(10 * kSecond);
    PostAtClark(3);
    same_version |= Notice("Bona", "Clark").version == Notice("Campbell", "Clark").version;
    // Not a link of Clark: that would change its entry.
    herd_.Mend("Bailey", "Campbell");
    herd_.Advance(10 * kSecond);
    for (const std::string& reader : herd_.Names()) {
      ExpectAll(reader, NodeState::kServing);
      EXPECT_TRUE(Notice(reader, "Clark") == Notice("Clark", "Clark"))
          << reader << ", " << last_words;
    }
    herd_.Mend("Bona", "Campbell");
    herd_.Mend("Clark", "Jaquez");
    herd_.Advance(10 * kSecond);
  }
  EXPECT_TRUE(same_version);
}

TEST_F(HerdMembershipTest, LoadIsKnownEverywhere) {
  herd_.SetLoad("Jaquez", {95, 100, 0, 1000});
  herd_.Advance(3 * kSecond);
  for (const std::string& reader : herd_.Names()) {
    EXPECT_EQ(Notice(reader, "Jaquez").load.connections, 95U) << reader;
  }
}

TEST_F(HerdMembershipTest, WordsForPeopleReachThoseWhoStartLater) {
  herd_.Crash("Campbell");
  ASSERT_TRUE(herd_.links("Clark").PostAnnouncement("maintenance at 22:00", 60 * kSecond).ok());
  herd_.Advance(3 * kSecond);
  herd_.Start("Campbell");
  herd_.Advance(3 * kSecond);
  for (const std::string& reader : herd_.Names()) {
    ASSERT_EQ(Notice(reader, "Clark").people.size(), 1U) << reader;
    EXPECT_EQ(Notice(reader, "Clark").people[0].text, "maintenance at 22:00");
    EXPECT_EQ(CountAnnouncements(herd_.links(reader).membership(), herd_.clock().NowNs()), 1U);
  }
  herd_.Advance(60 * kSecond);
  for (const std::string& reader : herd_.Names()) {
    EXPECT_EQ(CountAnnouncements(herd_.links(reader).membership(), herd_.clock().NowNs()), 0U);
  }
}

TEST_F(HerdMembershipTest, AFloodCostsAtMostTwoSendsPerLinkLessTheWayBack) {
  const uint64_t before = herd_.membership_sent();
  ASSERT_TRUE(herd_.links("Clark").PostAnnouncement("words", 60 * kSecond).ok());
  herd_.Advance(5 * kSecond);
  EXPECT_LE(herd_.membership_sent() - before, 11U);
  EXPECT_GE(herd_.membership_sent() - before, 4U);
}

}  // namespace
}  // namespace proxyherd::peer
