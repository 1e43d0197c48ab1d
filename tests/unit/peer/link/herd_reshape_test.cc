// Tests nodes and links that come and go while the herd runs, because of new herd files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "peer/membership/membership_exchange.h"
#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"

namespace proxyherd::peer {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::SizeIs;

using Links = std::vector<std::pair<std::string, std::string>>;

// Makes a herd file with these nodes and links.
config::HerdFile File(const std::vector<std::string>& names, const Links& links) {
  std::string text = "herd seed\n";
  for (const std::string& name : names) {
    text += "node " + name + " host=" + name + " text=1 grpc=2 http=3 at=+1-1\n";
  }
  for (const auto& [a, b] : links) text += "link " + a + " " + b + "\n";
  return config::ParseHerdFile(text, "test").herd;
}

// The five nodes, and Zoe with two links.
config::HerdFile SixNodes() {
  config::HerdFile six = FiveNodes();
  six.nodes.push_back({"Zoe", "z", 1, 2, 3, 0, "+1-1"});
  six.links.emplace_back("Bailey", "Zoe");
  six.links.emplace_back("Clark", "Zoe");
  std::sort(six.links.begin(), six.links.end());
  return six;
}

class ReshapeTest : public ::testing::Test {
 protected:
  explicit ReshapeTest(config::HerdFile herd = FiveNodes(), uint64_t seed = 1)
      : herd_(std::move(herd), seed) {}

  void Report(const std::string& node, const std::string& client) {
    const std::string time = std::to_string(++reports_);
    ASSERT_EQ(herd_.table(node).TakeReport({client, "+1-1", time}, herd_.clock().NowNs()),
              MergeOutcome::kWon);
    newest_[client] = time;
  }
  void ReportMany(const std::string& node, int count) {
    for (int i = 0; i < count; ++i) Report(node, node + std::to_string(i));
  }
  // Returns the number of clients whose newest report a node does not know.
  size_t Missing(const std::string& node) {
    size_t missing = 0;
    for (const auto& [client, time] : newest_) {
      StoredReport report;
      missing += herd_.table(node).Find(client, report) && report.time == time ? 0 : 1;
    }
    return missing;
  }
  LinkView ViewOf(const std::string& node, const std::string& neighbour) {
    for (const LinkView& link : herd_.links(node).View().links) {
      if (link.neighbour == neighbour) return link;
    }
    ADD_FAILURE() << node << " has no link with " << neighbour;
    return {};
  }
  std::vector<std::string> NeighboursOf(const std::string& node) {
    std::vector<std::string> names;
    for (const LinkView& link : herd_.links(node).View().links) names.push_back(link.neighbour);
    return names;
  }
  bool Up(const std::string& a, const std::string& b) {
    const LinkView link = ViewOf(a, b);
    return link.outgoing == LinkState::kUp && link.incoming == LinkState::kUp;
  }
  std::vector<std::string> Said(const std::string& node, LinkEvent::Kind kind) {
    std::vector<std::string> said;
    for (const LinkEvent& event : herd_.events(node)) {
      if (event.kind == kind) said.push_back(event.reason);
    }
    return said;
  }

  SimHerd herd_;
  int reports_ = 0;
  std::map<std::string, std::string> newest_;
};

class JoinTest : public ReshapeTest {
 protected:
  // Starts Zoe with the new file, which her neighbours read a while later.
  void StartFiveAndZoe() {
    herd_.StartAll();
    herd_.Advance(2 * kSecond);
    ReportMany("Jaquez", 1000);
    herd_.Advance(kSecond);
    herd_.SetFile("Zoe", SixNodes());
    herd_.Start("Zoe");
    herd_.Advance(2 * kSecond);
  }
  void ReadSixAt(const std::vector<std::string>& names) {
    for (const std::string& name : names) herd_.SetFile(name, SixNodes());
    herd_.Advance(3 * kSecond);
  }
};

TEST_F(JoinTest, ANodeIsRefusedUntilItsNeighboursKnowItAndThenHasEverything) {
  StartFiveAndZoe();
  EXPECT_FALSE(Up("Zoe", "Clark"));
  EXPECT_THAT(Said("Zoe", LinkEvent::Kind::kOutgoingDown),
              Contains(HasSubstr("Zoe is not linked with Clark in its herd file")));
  ReadSixAt({"Clark", "Bailey"});
  EXPECT_TRUE(Up("Zoe", "Clark"));
  EXPECT_TRUE(Up("Bailey", "Zoe"));
  EXPECT_TRUE(herd_.links("Zoe").ready());
  EXPECT_EQ(Missing("Zoe"), 0U);
  Report("Zoe", "kiwi");
  Report("Campbell", "lemon");
  herd_.Advance(20 * kMillisecond);
  for (const char* name : {"Bailey", "Bona", "Campbell", "Clark", "Jaquez", "Zoe"}) {
    EXPECT_EQ(Missing(name), 0U) << name;
  }
}

TEST_F(JoinTest, OtherLinksGoOnUndisturbed) {
  StartFiveAndZoe();
  ReadSixAt({"Clark", "Bailey"});
  for (const auto& [a, b] : FiveNodes().links) {
    EXPECT_TRUE(Up(a, b));
    EXPECT_EQ(ViewOf(a, b).sent.times_up, 1U) << a << " to " << b;
    EXPECT_EQ(ViewOf(b, a).sent.times_up, 1U) << b << " to " << a;
  }
}

TEST_F(JoinTest, NodesWithTheOldFileHearOfItSayItOnceAndCountIt) {
  StartFiveAndZoe();
  ReadSixAt({"Clark", "Bailey"});
  herd_.Advance(30 * kSecond);
  for (const char* name : {"Bona", "Campbell", "Jaquez"}) {
    const LinkSetView view = herd_.links(name).View();
    EXPECT_EQ(view.unlisted_nodes, 1U) << name;
    EXPECT_EQ(view.differing_files, 3U) << name;
    EXPECT_EQ(herd_.States(name)["Zoe"], NodeState::kServing) << name;
    const auto said = Said(name, LinkEvent::Kind::kHerdFilesDiffer);
    EXPECT_THAT(said, SizeIs(2)) << name;
    EXPECT_THAT(said,
                Contains(HasSubstr("Zoe is a node of the herd and not in this node's herd file")));
    EXPECT_THAT(said, Contains(HasSubstr("Bailey, Clark, Zoe read a herd file")));
  }
  // The stream between the two has been up all the while.
  EXPECT_FALSE(ViewOf("Bona", "Clark").same_topology);
  EXPECT_FALSE(ViewOf("Clark", "Bona").same_topology);
  ReadSixAt({"Bona", "Campbell", "Jaquez"});
  for (const char* name : {"Bailey", "Bona", "Campbell", "Clark", "Jaquez", "Zoe"}) {
    const LinkSetView view = herd_.links(name).View();
    EXPECT_EQ(view.unlisted_nodes, 0U) << name;
    EXPECT_EQ(view.differing_files, 0U) << name;
    EXPECT_THAT(Said(name, LinkEvent::Kind::kHerdFilesAgree), SizeIs(1)) << name;
    for (const LinkView& link : view.links) EXPECT_TRUE(link.same_topology) << name;
  }
}

TEST_F(JoinTest, AFileThatAllReadWithinSecondsIsNoNews) {
  StartFiveAndZoe();
  for (const char* name : {"Bailey", "Bona", "Campbell", "Clark", "Jaquez"}) {
    herd_.SetFile(name, SixNodes());
    herd_.Advance(kHerdFilesSettleNs / 8);
  }
  herd_.Advance(60 * kSecond);
  for (const char* name : {"Bailey", "Bona", "Campbell", "Clark", "Jaquez", "Zoe"}) {
    EXPECT_THAT(Said(name, LinkEvent::Kind::kHerdFilesDiffer), IsEmpty()) << name;
    EXPECT_THAT(Said(name, LinkEvent::Kind::kHerdFilesAgree), IsEmpty()) << name;
  }
}

class LeaveTest : public JoinTest {
 protected:
  static inline const std::vector<std::string> kFive = {"Bailey", "Bona", "Campbell", "Clark",
                                                        "Jaquez"};

  void StartSix() {
    StartFiveAndZoe();
    ReadSixAt({"Bailey", "Bona", "Campbell", "Clark", "Jaquez"});
  }
  void ReadFiveAt(const std::vector<std::string>& names) {
    for (const std::string& name : names) herd_.SetFile(name, FiveNodes());
    herd_.Advance(3 * kSecond);
  }
};

TEST_F(LeaveTest, ANodeThatStoppedIsGoneOnceItIsInNoFile) {
  StartSix();
  herd_.links("Zoe").PublishState(NodeState::kStopped);
  herd_.Advance(2 * kSecond);
  herd_.Crash("Zoe");
  herd_.Advance(3 * kSecond);
  for (const std::string& name : kFive) EXPECT_EQ(herd_.States(name)["Zoe"], NodeState::kStopped);
  ReadFiveAt(kFive);
  for (const std::string& name : kFive) {
    EXPECT_THAT(herd_.States(name), Not(Contains(Key("Zoe")))) << name;
    EXPECT_THAT(NeighboursOf(name), Not(Contains("Zoe"))) << name;
  }
  herd_.Advance(120 * kSecond);
  for (const std::string& name : kFive) {
    EXPECT_THAT(herd_.States(name), Not(Contains(Key("Zoe")))) << name;
    EXPECT_EQ(herd_.links(name).View().differing_files, 0U) << name;
  }
}

TEST_F(LeaveTest, ANodeThatDiedIsGoneLikewise) {
  StartSix();
  herd_.Crash("Zoe");
  herd_.Advance(5 * kSecond);
  EXPECT_EQ(herd_.States("Jaquez")["Zoe"], NodeState::kDown);
  ReadFiveAt(kFive);
  for (const std::string& name : kFive) {
    EXPECT_THAT(herd_.States(name), Not(Contains(Key("Zoe")))) << name;
  }
}

TEST_F(LeaveTest, ItsLinksEndWhileItRunsAndItStandsAlone) {
  StartSix();
  Report("Zoe", "kiwi");
  herd_.Advance(20 * kMillisecond);
  ReadFiveAt(kFive);
  for (const std::string& name : kFive) {
    EXPECT_THAT(herd_.States(name), Not(Contains(Key("Zoe")))) << name;
    EXPECT_EQ(Missing(name), 0U) << name;
  }
  EXPECT_FALSE(Up("Zoe", "Clark"));
  EXPECT_THAT(Said("Clark", LinkEvent::Kind::kIncomingDown),
              Contains(HasSubstr("no longer in the herd file")));
  // The link returns as it left.
  ReadSixAt(kFive);
  Report("Zoe", "plum");
  herd_.Advance(kSecond);
  for (const std::string& name : kFive) EXPECT_EQ(Missing(name), 0U) << name;
  EXPECT_TRUE(herd_.Agree());
}

TEST_F(LeaveTest, ANodeThatWasNeverListedIsForgottenAMinuteAfterItIsHeardNoMore) {
  StartFiveAndZoe();
  ReadSixAt({"Clark", "Bailey"});
  ASSERT_EQ(herd_.States("Campbell")["Zoe"], NodeState::kServing);
  herd_.Crash("Zoe");
  herd_.Advance(kForgetUnlistedNs - kSecond);
  EXPECT_EQ(herd_.States("Campbell")["Zoe"], NodeState::kDown);
  herd_.Advance(5 * kSecond);
  EXPECT_THAT(herd_.States("Campbell"), Not(Contains(Key("Zoe"))));
  EXPECT_EQ(herd_.States("Clark")["Zoe"], NodeState::kDown) << "its file has it";
  herd_.Start("Zoe");
  herd_.Advance(3 * kSecond);
  EXPECT_EQ(herd_.States("Campbell")["Zoe"], NodeState::kServing);
}

TEST_F(ReshapeTest, ANeighbourThatMovesIsDialledAnewAndTheLinkGoesOnWhereItWas) {
  herd_.StartAll();
  herd_.Advance(2 * kSecond);
  ReportMany("Clark", 1000);
  herd_.Advance(kSecond);
  const uint64_t before = herd_.records_sent();
  config::HerdFile moved = FiveNodes();
  for (config::HerdNode& node : moved.nodes) node.host += node.name == "Bona" ? "-moved" : "";
  herd_.SetFile("Clark", moved);
  herd_.Advance(2 * kSecond);
  EXPECT_TRUE(Up("Clark", "Bona"));
  EXPECT_EQ(ViewOf("Clark", "Bona").sent.times_up, 2U);
  EXPECT_EQ(ViewOf("Clark", "Jaquez").sent.times_up, 1U);
  EXPECT_LE(herd_.records_sent() - before, 3U);
}

TEST_F(ReshapeTest, EndsOfALinkThatIsOnlyInOneFileSaySoAndTheRestGoesOn) {
  herd_.StartAll();
  herd_.Advance(2 * kSecond);
  config::HerdFile without = FiveNodes();
  std::erase(without.links, std::pair<std::string, std::string>("Clark", "Jaquez"));
  herd_.SetFile("Clark", without);
  herd_.Advance(3 * kSecond);
  EXPECT_THAT(NeighboursOf("Clark"), Not(Contains("Jaquez")));
  EXPECT_THAT(ViewOf("Jaquez", "Clark").reason, HasSubstr("not linked with Clark"));
  Report("Clark", "kiwi");
  herd_.Advance(20 * kMillisecond);
  EXPECT_EQ(Missing("Jaquez"), 0U) << "the long way round";
}

// B received A's records by a link whose number the new link to D gets.
class ReusedLinkTest : public ReshapeTest {
 protected:
  ReusedLinkTest() : ReshapeTest(File({"A", "B", "D"}, {{"A", "B"}})) {}
};

TEST_F(ReusedLinkTest, WhatCameByAnEndedLinkIsToldByTheOneThatHasItsNumber) {
  herd_.Start("A");
  herd_.Start("B");
  herd_.Advance(2 * kSecond);
  ReportMany("A", 500);
  herd_.Advance(kSecond);
  ASSERT_EQ(Missing("B"), 0U);
  const config::HerdFile other = File({"A", "B", "D"}, {{"B", "D"}});
  // More records arrive by the old link until the very end.
  ReportMany("A", 500);
  herd_.Advance(kMillisecond);
  for (const char* name : {"B", "D"}) herd_.SetFile(name, other);
  herd_.Start("D");
  herd_.Advance(3 * kSecond);
  EXPECT_TRUE(Up("B", "D"));
  EXPECT_EQ(Missing("B"), 0U);
  EXPECT_EQ(Missing("D"), 0U);
}

TEST_F(ReusedLinkTest, LinksMayComeAndGoMoreOftenThanThereAreNumbers) {
  for (const char* name : {"A", "B", "D"}) herd_.Start(name);
  const config::HerdFile first = File({"A", "B", "D"}, {{"A", "B"}});
  const config::HerdFile second = File({"A", "B", "D"}, {{"B", "D"}});
  for (int i = 0; i < 3 * static_cast<int>(kMaxFollowers); ++i) {
    for (const char* name : {"A", "B", "D"}) herd_.SetFile(name, i % 2 == 0 ? second : first);
    herd_.Advance(kSecond / 2);
    Report("B", "client" + std::to_string(i));
  }
  for (const char* name : {"A", "B", "D"}) {
    herd_.SetFile(name, File({"A", "B", "D"}, {{"A", "B"}, {"B", "D"}}));
  }
  herd_.Advance(3 * kSecond);
  for (const char* name : {"A", "B", "D"}) EXPECT_EQ(Missing(name), 0U) << name;
}

// Herd files change at random, node by node, while reports arrive; in the end all agree, and no
// report is lost, since no process crashed.
class ReshapeAtRandom : public ReshapeTest, public ::testing::WithParamInterface<uint64_t> {
 protected:
  ReshapeAtRandom() : ReshapeTest(FiveNodes(), GetParam()), random_(GetParam()) {}

  // Makes a file with random links; connected if `connected` is set.
  config::HerdFile RandomFile(bool connected) {
    const std::vector<std::string> names = herd_.Names();
    std::set<std::pair<std::string, std::string>> links;
    for (size_t i = 1; connected && i < names.size(); ++i) {
      links.insert(std::minmax(names[i], names[random_() % i]));
    }
    for (int i = 0; i < 3; ++i) {
      const std::string& a = names[random_() % names.size()];
      const std::string& b = names[random_() % names.size()];
      if (a != b) links.insert(std::minmax(a, b));
    }
    return File(names, {links.begin(), links.end()});
  }

  std::mt19937_64 random_;
};

TEST_P(ReshapeAtRandom, EndsInAgreementWithEveryReport) {
  herd_.StartAll();
  herd_.Advance(2 * kSecond);
  const std::vector<std::string> names = herd_.Names();
  for (int step = 0; step < 150; ++step) {
    const config::HerdFile file = RandomFile(random_() % 2 == 0);
    for (const std::string& name : names) {
      if (random_() % 3 == 0) continue;
      herd_.SetFile(name, file);
      if (random_() % 2 == 0) herd_.Advance(static_cast<int64_t>(random_() % 200) * kMillisecond);
    }
    for (int i = 0; i < 20; ++i) {
      Report(names[random_() % names.size()], "client" + std::to_string(random_() % 200));
    }
    herd_.Advance(static_cast<int64_t>(random_() % 400) * kMillisecond);
  }
  const config::HerdFile last = RandomFile(true);
  for (const std::string& name : names) herd_.SetFile(name, last);
  herd_.Advance(10 * kSecond);
  EXPECT_TRUE(herd_.Agree());
  for (const std::string& name : names) {
    EXPECT_EQ(Missing(name), 0U) << name;
    EXPECT_EQ(NeighboursOf(name), last.NeighboursOf(name));
    for (const LinkView& link : herd_.links(name).View().links) {
      EXPECT_TRUE(Up(name, link.neighbour)) << name << " and " << link.neighbour;
      EXPECT_TRUE(link.same_topology);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReshapeAtRandom, ::testing::Range<uint64_t>(1, 13));

}  // namespace
}  // namespace proxyherd::peer
