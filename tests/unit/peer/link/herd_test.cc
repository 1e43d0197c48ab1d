// Tests links, flooding and repair on a simulated herd: the five nodes with their six links.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"

namespace proxyherd::peer {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HerdTest : public ::testing::Test {
 protected:
  explicit HerdTest(uint64_t seed = 1) : herd_(FiveNodes(), seed) {}

  void StartAll() {
    herd_.StartAll();
    herd_.Advance(kSecond);
  }
  // Reports at `node`; the client's time is the number of the report.
  void Report(const std::string& node, const std::string& client) {
    const std::string time = std::to_string(++reports_);
    ASSERT_EQ(herd_.table(node).TakeReport({client, "+1-1", time}, herd_.clock().NowNs()),
              MergeOutcome::kWon);
    newest_[client] = time;
  }
  std::string TimeOf(const std::string& node, const std::string& client) {
    StoredReport report;
    return herd_.table(node).Find(client, report) ? report.time : "unknown";
  }
  // Returns the times of a client's records at the living nodes.
  std::vector<std::string> TimesOf(const std::string& client) {
    std::vector<std::string> times;
    for (const std::string& name : herd_.Names()) {
      if (herd_.Alive(name)) times.push_back(TimeOf(name, client));
    }
    return times;
  }
  bool AllUp() {
    for (const std::string& name : herd_.Names()) {
      for (const LinkView& link : herd_.links(name).View().links) {
        if (link.outgoing != LinkState::kUp || link.incoming != LinkState::kUp) return false;
      }
    }
    return true;
  }

  SimHerd herd_;
  int reports_ = 0;
  std::map<std::string, std::string> newest_;
};

TEST_F(HerdTest, AllSixLinksComeUpInBothDirections) {
  StartAll();
  EXPECT_TRUE(AllUp());
  for (const std::string& name : herd_.Names()) EXPECT_TRUE(herd_.links(name).ready()) << name;
}

TEST_F(HerdTest, AReportIsKnownEverywhereWithinMilliseconds) {
  StartAll();
  for (const std::string& name : herd_.Names()) {
    Report(name, "client-of-" + name);
    herd_.Advance(5 * kMillisecond);
    EXPECT_THAT(TimesOf("client-of-" + name), Each(newest_["client-of-" + name])) << name;
  }
}

TEST_F(HerdTest, OneReportCostsAtMostTwoSendsPerLinkLessTheWayBack) {
  StartAll();
  herd_.Advance(kSecond);
  const uint64_t before = herd_.records_sent();
  Report("Clark", "kiwi");
  herd_.Advance(kSecond);
  // A flood sends 2E - N + 1 = 8 here, and up to 3 more if two nodes send to each other at once.
  EXPECT_LE(herd_.records_sent() - before, 11U);
  EXPECT_GE(herd_.records_sent() - before, 4U);
}

TEST_F(HerdTest, AnIdleHerdSendsNoRecords) {
  StartAll();
  Report("Clark", "kiwi");
  herd_.Advance(kSecond);
  const uint64_t before = herd_.records_sent();
  herd_.Advance(60 * kSecond);
  EXPECT_EQ(herd_.records_sent(), before);
}

TEST_F(HerdTest, ABurstIsCoalescedToTheNewestReport) {
  StartAll();
  const uint64_t before = herd_.records_sent();
  for (int i = 0; i < 10'000; ++i) Report("Clark", "kiwi");
  herd_.Advance(kSecond);
  EXPECT_THAT(TimesOf("kiwi"), Each(newest_["kiwi"]));
  EXPECT_LE(herd_.records_sent() - before, 30U);
}

TEST_F(HerdTest, FloodsGoRoundACutLink) {
  StartAll();
  herd_.Cut("Clark", "Bona");
  Report("Clark", "kiwi");
  herd_.Advance(10 * kMillisecond);
  EXPECT_THAT(TimesOf("kiwi"), Each(newest_["kiwi"]));
}

TEST_F(HerdTest, ACutLinkIsNoticedWithinItsTimeoutAndComesBackByItself) {
  StartAll();
  herd_.Cut("Clark", "Bona");
  herd_.Advance(kLivenessTimeoutNs + 300 * kMillisecond);
  EXPECT_NE(herd_.links("Clark").View().links[0].outgoing, LinkState::kUp);
  EXPECT_NE(herd_.links("Bona").View().links[2].incoming, LinkState::kUp);
  herd_.Mend("Clark", "Bona");
  herd_.Advance(2 * kSecond + kConnectTimeoutNs);
  EXPECT_TRUE(AllUp());
}

TEST_F(HerdTest, WithinTheSameEpochsALinkGoesOnWhereItWas) {
  StartAll();
  for (int i = 0; i < 1000; ++i) Report("Clark", "client" + std::to_string(i));
  herd_.Advance(kSecond);
  herd_.Cut("Clark", "Bona");
  herd_.Advance(5 * kSecond);
  Report("Clark", "one-more");
  herd_.Advance(kSecond);
  const uint64_t before = herd_.records_sent();
  herd_.Mend("Clark", "Bona");
  herd_.Advance(5 * kSecond);
  EXPECT_TRUE(AllUp());
  EXPECT_LE(herd_.records_sent() - before, 3U) << "only what the neighbour has not acknowledged";
}

TEST_F(HerdTest, ALinkThatIsCutRightAfterItsFirstExchangeIsNotRepairedAgain) {
  herd_.StartAll();
  // The links are up, but no heartbeat has yet confirmed that the (empty) repair has arrived.
  for (int i = 0; i < 10'000 && !AllUp(); ++i) herd_.Advance(10 * kMicrosecond);
  ASSERT_TRUE(AllUp());
  herd_.Advance(5 * kMillisecond);
  for (int i = 0; i < 1000; ++i) Report("Clark", "client" + std::to_string(i));
  herd_.Advance(50 * kMillisecond);
  herd_.Cut("Clark", "Bona");
  herd_.Advance(5 * kSecond);
  herd_.Mend("Clark", "Bona");
  herd_.Advance(5 * kSecond);
  ASSERT_TRUE(AllUp());
  for (const std::string& name : herd_.Names()) {
    for (const LinkView& link : herd_.links(name).View().links) {
      EXPECT_EQ(link.sent.repair_records, 0U) << name << " to " << link.neighbour;
    }
  }
}

TEST_F(HerdTest, EachOfTheTenPairLossesLeavesTheRestWorking) {
  const std::set<std::pair<std::string, std::string>> splitting = {
      {"Bona", "Campbell"}, {"Bona", "Jaquez"}, {"Campbell", "Clark"}};
  const std::vector<std::string> names = herd_.Names();
  for (size_t i = 0; i < names.size(); ++i) {
    for (size_t j = i + 1; j < names.size(); ++j) {
      SCOPED_TRACE(names[i] + " and " + names[j]);
      if (herd_.Alive("Clark")) {
        for (const std::string& name : names) herd_.Crash(name);
      }
      StartAll();
      herd_.Crash(names[i]);
      herd_.Crash(names[j]);
      herd_.Advance(100 * kMillisecond);
      std::vector<std::string> rest;
      for (const std::string& name : names) {
        if (herd_.Alive(name)) rest.push_back(name);
      }
      const std::string client = "after-" + names[i] + names[j];
      Report(rest[0], client);
      herd_.Advance(100 * kMillisecond);
      const bool split = splitting.count({names[i], names[j]}) != 0;
      EXPECT_EQ(TimesOf(client) == std::vector<std::string>(3, newest_[client]), !split);
      herd_.Start(names[i]);
      herd_.Start(names[j]);
      herd_.Advance(3 * kSecond);
      EXPECT_THAT(TimesOf(client), Each(newest_[client]));
      EXPECT_TRUE(herd_.Agree());
    }
  }
}

TEST_F(HerdTest, ANodeThatReturnsWithEmptyMemoryLearnsEverythingBeforeItIsReady) {
  StartAll();
  for (int i = 0; i < 20'000; ++i) Report("Clark", "client" + std::to_string(i));
  herd_.Advance(kSecond);
  herd_.Crash("Clark");
  herd_.Advance(kSecond);
  herd_.Start("Clark");
  for (int i = 0; i < 100'000 && !herd_.links("Clark").ready(); ++i)
    herd_.Advance(kMillisecond / 10);
  EXPECT_EQ(herd_.table("Clark").Records(), 20'000U);
  herd_.Advance(kSecond);
  EXPECT_TRUE(herd_.Agree());
}

TEST_F(HerdTest, WhatWasTakenByANodeAloneIsToldWhenItsNeighboursReturn) {
  StartAll();
  for (const char* name : {"Bona", "Jaquez"}) herd_.Crash(name);
  Report("Clark", "kiwi");
  Report("Bailey", "lemon");
  herd_.Advance(10 * kSecond);
  for (const char* name : {"Bona", "Jaquez"}) herd_.Start(name);
  herd_.Advance(3 * kSecond);
  EXPECT_THAT(TimesOf("kiwi"), Each(newest_["kiwi"]));
  EXPECT_THAT(TimesOf("lemon"), Each(newest_["lemon"]));
}

TEST_F(HerdTest, AfterANewEpochEverythingIsSentAgainWhateverLinkItCameBy) {
  // Bona got Clark's reports by Clark's link; when Clark returns empty, Bona must send them back.
  StartAll();
  for (const char* name : {"Jaquez", "Bailey", "Campbell"}) herd_.Crash(name);
  Report("Clark", "kiwi");
  herd_.Advance(kSecond);
  herd_.Crash("Clark");
  herd_.Start("Clark");
  herd_.Advance(3 * kSecond);
  EXPECT_EQ(TimeOf("Clark", "kiwi"), newest_["kiwi"]);
}

TEST_F(HerdTest, ANodeWithoutNeighboursServesAfterAWhile) {
  herd_.Start("Clark");
  herd_.Advance(kAloneAfterNs - kSecond);
  EXPECT_FALSE(herd_.links("Clark").ready());
  herd_.Advance(2 * kSecond);
  EXPECT_TRUE(herd_.links("Clark").ready());
}

TEST_F(HerdTest, TheLogTellsChangesOfALinkOnceHoweverOftenItIsDialled) {
  StartAll();
  herd_.Crash("Bona");
  herd_.Advance(60 * kSecond);
  int down = 0;
  for (const LinkEvent& event : herd_.events("Clark")) {
    down += event.kind == LinkEvent::Kind::kOutgoingDown && event.neighbour == "Bona" ? 1 : 0;
  }
  EXPECT_LE(down, 2) << "connection reset, then refused";
  EXPECT_GE(herd_.links("Clark").View().links[0].sent.attempts, 50U);
}

TEST_F(HerdTest, ANeighbourThatComesAndGoesIsBoundedInTheLogAndItsLastStateIsTold) {
  StartAll();
  constexpr int kTurns = 150;
  for (int i = 0; i < kTurns; ++i) {
    herd_.Crash("Bona");
    herd_.Advance(kSecond);
    herd_.Start("Bona");
    herd_.Advance(kSecond);
  }
  herd_.Advance(2 * kLogIntervalNs);
  std::map<LinkEvent::Kind, int> said;
  LinkEvent::Kind last_to = LinkEvent::Kind::kRetried;
  LinkEvent::Kind last_from = LinkEvent::Kind::kRetried;
  for (const LinkEvent& event : herd_.events("Clark")) {
    if (event.neighbour != "Bona") continue;
    ++said[event.kind];
    const bool from =
        event.kind == LinkEvent::Kind::kIncomingUp || event.kind == LinkEvent::Kind::kIncomingDown;
    if (from) {
      last_from = event.kind;
    } else if (event.kind != LinkEvent::Kind::kRetried) {
      last_to = event.kind;
    }
  }
  const int max = kLogBurst + 2 * kTurns / 60 + 2;
  EXPECT_LE(said[LinkEvent::Kind::kOutgoingUp] + said[LinkEvent::Kind::kOutgoingDown] +
                said[LinkEvent::Kind::kOutgoingStillDown],
            max);
  EXPECT_LE(said[LinkEvent::Kind::kIncomingUp] + said[LinkEvent::Kind::kIncomingDown], max);
  EXPECT_EQ(last_to, LinkEvent::Kind::kOutgoingUp);
  EXPECT_EQ(last_from, LinkEvent::Kind::kIncomingUp);
}

// Cuts, crashes and reports at random; after the faults end, nothing is lost that a living node
// acknowledged and kept, and all agree. The name of a failing test has the seed.
class HerdFaults : public HerdTest, public ::testing::WithParamInterface<uint64_t> {
 protected:
  HerdFaults() : HerdTest(GetParam()) {}
};

TEST_P(HerdFaults, EndInAgreement) {
  StartAll();
  std::mt19937_64 random(GetParam());
  const auto links = herd_.herd().links;
  const std::vector<std::string> names = herd_.Names();
  // Bailey never crashes, so its records at the end of each step must survive.
  std::map<std::string, std::string> kept;
  for (int step = 0; step < 300; ++step) {
    const auto& link = links[random() % links.size()];
    const std::string& name = names[1 + random() % (names.size() - 1)];
    switch (random() % 8) {
      case 0:
        herd_.Cut(link.first, link.second);
        break;
      case 1:
        herd_.Mend(link.first, link.second);
        break;
      case 2:
        if (herd_.Alive(name)) herd_.Crash(name);
        break;
      case 3:
        if (!herd_.Alive(name)) herd_.Start(name);
        break;
      default:
        for (int i = 0; i < 20; ++i) {
          const std::string& at = names[random() % names.size()];
          if (herd_.Alive(at)) Report(at, "client" + std::to_string(random() % 200));
        }
    }
    herd_.Advance(static_cast<int64_t>(random() % 300) * kMillisecond);
    for (const auto& [client, time] : newest_) {
      const std::string known = TimeOf("Bailey", client);
      if (known != "unknown") kept[client] = known;
    }
  }
  for (const auto& link : links) herd_.Mend(link.first, link.second);
  for (const std::string& name : names) {
    if (!herd_.Alive(name)) herd_.Start(name);
  }
  herd_.Advance(10 * kSecond);
  EXPECT_TRUE(AllUp());
  EXPECT_TRUE(herd_.Agree());
  for (const auto& [client, time] : kept) {
    ASSERT_GE(std::stoi(TimeOf("Clark", client)), std::stoi(time)) << client;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, HerdFaults, ::testing::Range<uint64_t>(1, 21));

}  // namespace
}  // namespace proxyherd::peer
