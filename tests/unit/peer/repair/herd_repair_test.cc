// Tests repair on a simulated herd: its messages, when links are compared, and its status.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"

namespace proxyherd::peer {
namespace {

class HerdRepairTest : public ::testing::Test {
 protected:
  HerdRepairTest() {
    herd_.StartAll();
    herd_.Advance(2 * kSecond);
  }

  void Report(const std::string& node, const std::string& client) {
    ASSERT_EQ(herd_.table(node).TakeReport({client, "+1-1", std::to_string(++reports_)},
                                           herd_.clock().NowNs()),
              MergeOutcome::kWon);
  }
  void ReportMany(const std::string& node, const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) Report(node, absl::StrCat(prefix, i));
  }
  LinkView Link(const std::string& node, const std::string& neighbour) {
    for (LinkView& link : herd_.links(node).View().links) {
      if (link.neighbour == neighbour) return link;
    }
    ADD_FAILURE() << node << " has no link to " << neighbour;
    return {};
  }
  bool Up(const std::string& a, const std::string& b) {
    const LinkView link = Link(a, b);
    return link.outgoing == LinkState::kUp && link.incoming == LinkState::kUp;
  }
  // Questions asked on all links.
  uint64_t Questions() {
    uint64_t sum = 0;
    for (const std::string& name : herd_.Names()) {
      for (const LinkView& link : herd_.links(name).View().links) sum += link.sent.repair_questions;
    }
    return sum;
  }
  bool AllAgree() {
    for (const std::string& name : herd_.Names()) {
      for (const LinkView& link : herd_.links(name).View().links) {
        if (!link.agrees || link.divergent != 0) return false;
      }
    }
    return true;
  }
  // Restarts Clark empty, so that it learns everything from Jaquez; Bona's link to it stays cut.
  void RestartClarkWithoutBona() {
    herd_.Cut("Clark", "Bona");
    herd_.Crash("Clark");
    herd_.Advance(3 * kSecond);
    herd_.Start("Clark");
    herd_.Advance(5 * kSecond);
  }

  SimHerd herd_{FiveNodes(), 3};
  int reports_ = 0;
};

TEST_F(HerdRepairTest, AfterANewEpochOnlyRecordsThatDifferTravel) {
  ReportMany("Clark", "client", 20'000);
  herd_.Advance(kSecond);
  RestartClarkWithoutBona();
  ASSERT_EQ(herd_.table("Clark").Records(), 20'000U);
  herd_.Cut("Clark", "Jaquez");
  herd_.Advance(5 * kSecond);
  ReportMany("Clark", "client", 30);
  ReportMany("Bona", "new", 40);
  herd_.Advance(kSecond);
  const MergeCounts before = Link("Bona", "Clark").received.records;
  herd_.Mend("Clark", "Bona");
  herd_.Advance(5 * kSecond);
  ASSERT_TRUE(Up("Clark", "Bona"));
  EXPECT_TRUE(herd_.Agree());
  // One session, run by the end with the lesser name, repairs both directions.
  const LinkView asker = Link("Bona", "Clark");
  const LinkView answerer = Link("Clark", "Bona");
  EXPECT_GT(asker.sent.repair_questions, 0U);
  EXPECT_EQ(answerer.sent.repair_questions, 0U);
  EXPECT_GE(asker.sent.repair_records, 40U);
  EXPECT_LE(asker.sent.repair_records, 70U);
  EXPECT_EQ(answerer.received.records.won, 40U);
  EXPECT_EQ(asker.received.records.won - before.won, 30U);
  EXPECT_LE(asker.received.records.equal - before.equal, 30U);
}

TEST_F(HerdRepairTest, EqualTablesNeedNoWalkAfterANewEpoch) {
  ReportMany("Clark", "client", 1000);
  herd_.Advance(kSecond);
  RestartClarkWithoutBona();
  const uint64_t before = Link("Bona", "Clark").sent.repair_questions;
  herd_.Mend("Clark", "Bona");
  herd_.Advance(5 * kSecond);
  ASSERT_TRUE(Up("Clark", "Bona"));
  EXPECT_EQ(Link("Bona", "Clark").sent.repair_questions, before);
  EXPECT_EQ(Link("Bona", "Clark").sent.repair_records, 0U);
  EXPECT_TRUE(Link("Bona", "Clark").agrees);
  EXPECT_TRUE(Link("Clark", "Bona").agrees);
}

TEST_F(HerdRepairTest, ARepairThatIsCutInTheMiddleGoesOn) {
  constexpr uint64_t kClients = 60'000;
  ReportMany("Clark", "client", kClients);
  herd_.Advance(2 * kSecond);
  herd_.Cut("Clark", "Jaquez");
  herd_.Crash("Clark");
  herd_.Advance(3 * kSecond);
  const uint64_t before = Link("Bona", "Clark").sent.records;
  herd_.Start("Clark");
  int cuts = 0;
  uint64_t known = 0;
  for (int i = 0; i < 100'000 && herd_.table("Clark").Records() < kClients; ++i) {
    herd_.Advance(kMillisecond / 10);
    if (cuts == 3 || herd_.table("Clark").Records() < known + kClients / 10) continue;
    ++cuts;
    herd_.Cut("Clark", "Bona");
    herd_.Advance(4 * kSecond);
    known = herd_.table("Clark").Records();
    ASSERT_LT(known, kClients);
    herd_.Mend("Clark", "Bona");
  }
  EXPECT_EQ(cuts, 3);
  herd_.Mend("Clark", "Jaquez");
  herd_.Advance(5 * kSecond);
  EXPECT_TRUE(herd_.Agree());
  // Messages in flight at each cut are sent again; messages that arrived are not.
  EXPECT_LE(Link("Bona", "Clark").sent.records - before, kClients * 3 / 2);
}

TEST_F(HerdRepairTest, AnIdleHerdAsksNothing) {
  ReportMany("Clark", "client", 100);
  herd_.Advance(5 * kSecond);
  const uint64_t before = Questions();
  herd_.Advance(120 * kSecond);
  EXPECT_EQ(Questions(), before);
  EXPECT_TRUE(AllAgree());
  EXPECT_GE(Link("Clark", "Bona").agreement_for_ns, 120 * kSecond);
}

TEST_F(HerdRepairTest, UnderSteadyLoadLooksAreFewAndFindNoDivergence) {
  herd_.Advance(kSecond);
  const uint64_t before = Questions();
  const std::vector<std::string> names = herd_.Names();
  int round = 0;
  for (int second = 0; second < 20; ++second) {
    for (int i = 0; i < 1000; ++i, ++round) {
      Report(names[static_cast<size_t>(round) % names.size()],
             absl::StrCat("client", round * 7 % 5000));
      herd_.Advance(kMillisecond);
    }
    ASSERT_TRUE(AllAgree()) << "second " << second;
  }
  // The roots differ at nearly every beat, so links are compared: after 2 s, and then after twice
  // as long each time. A comparison is two walks of a few questions on each of the six links.
  EXPECT_GT(Questions(), before);
  EXPECT_LE(Questions() - before, 6U * 2 * 3 * 6);
  herd_.Advance(3 * kSecond);
  EXPECT_TRUE(herd_.Agree());
}

TEST_F(HerdRepairTest, PeopleAreToldWhetherNeighboursAgree) {
  ReportMany("Clark", "client", 10);
  herd_.Advance(2 * kSecond);
  ASSERT_TRUE(AllAgree());
  herd_.Cut("Clark", "Bona");
  herd_.Cut("Clark", "Jaquez");
  herd_.Advance(kLivenessTimeoutNs + kSecond);
  for (const auto& [a, b] : {std::pair("Clark", "Bona"), std::pair("Bona", "Clark")}) {
    EXPECT_FALSE(Link(a, b).agrees) << a;
    EXPECT_LE(Link(a, b).agreement_for_ns, 2 * kSecond) << a;
    EXPECT_EQ(Link(a, b).divergent, 0U) << "nothing is known of a neighbour that is not there";
  }
  EXPECT_TRUE(Link("Bona", "Bailey").agrees) << "the rest goes on";
  Report("Clark", "alone");
  herd_.Advance(10 * kSecond);
  herd_.Mend("Clark", "Bona");
  herd_.Mend("Clark", "Jaquez");
  herd_.Advance(5 * kSecond);
  EXPECT_TRUE(AllAgree());
  EXPECT_TRUE(herd_.Agree());
}

}  // namespace
}  // namespace proxyherd::peer
