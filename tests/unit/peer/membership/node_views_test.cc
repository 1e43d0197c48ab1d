// Tests the state of nodes, derived from all entries.
#include "peer/membership/node_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

namespace proxyherd::peer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One node's entry: its links, and which of them are up.
struct Said {
  std::string node;
  std::map<std::string, bool> links;
  NodeState state = NodeState::kServing;
  std::string location = "";
  uint64_t connections = 0;
};

class NodeViewsTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Membership> NewBoard() {
    return std::make_unique<Membership>(
        "Clark", std::vector<std::string>{"Bailey", "Bona", "Campbell", "Clark", "Jaquez"});
  }
  void Say(const Said& said) {
    MemberEntry notice;
    notice.node = said.node;
    notice.version = {1, ++sequence_};
    notice.state = said.state;
    notice.address.location = said.location;
    notice.load = {said.connections, 100, 0, 0};
    for (const auto& [name, up] : said.links) notice.links.push_back({name, up, up});
    if (said.node == "Clark") return board_->Publish(notice);
    ASSERT_TRUE(board_->Merge(notice, 0));
  }
  NodeView View(const std::string& name) {
    for (const NodeView& view : ViewNodes(*board_)) {
      if (view.name == name) return view;
    }
    return {};
  }
  NodeState State(const std::string& name) { return View(name).state; }

  uint64_t sequence_ = 0;
  std::unique_ptr<Membership> board_ = NewBoard();
};

TEST_F(NodeViewsTest, StatesFollowFromWhatTheOthersSay) {
  const NodeState up = NodeState::kServing;
  const NodeState down = NodeState::kDown;
  const NodeState gone = NodeState::kUnreachable;
  const struct {
    const char* what;
    std::vector<Said> said;
    NodeState bona, bailey, jaquez;
  } cases[] = {
      {"all are up",
       {{"Clark", {{"Bona", true}, {"Jaquez", true}}},
        {"Bona", {{"Bailey", true}, {"Clark", true}}},
        {"Bailey", {{"Bona", true}}},
        {"Jaquez", {{"Clark", true}}}},
       up,
       up,
       up},
      {"a neighbour dies",
       {{"Clark", {{"Bona", true}, {"Jaquez", false}}},
        {"Bona", {{"Bailey", true}, {"Clark", true}}},
        {"Bailey", {{"Bona", true}}},
        {"Jaquez", {{"Clark", true}}}},
       up,
       up,
       down},
      {"one link of two is cut",
       {{"Clark", {{"Bona", true}, {"Jaquez", false}}},
        {"Bona", {{"Bailey", true}, {"Clark", true}, {"Jaquez", true}}},
        {"Bailey", {{"Bona", true}}},
        {"Jaquez", {{"Bona", true}, {"Clark", false}}}},
       up,
       up,
       up},
      {"two neighbours die, who said last that they hear each other",
       {{"Clark", {{"Bona", false}, {"Jaquez", true}}},
        {"Bona", {{"Bailey", true}, {"Clark", true}}},
        {"Bailey", {{"Bona", true}, {"Jaquez", true}}},
        {"Jaquez", {{"Bailey", false}, {"Clark", true}}}},
       down,
       down,
       up},
      {"a node is behind another that is down",
       {{"Clark", {{"Bona", false}, {"Jaquez", true}}},
        {"Bona", {{"Bailey", true}, {"Clark", true}}},
        {"Bailey", {{"Bona", true}}},
        {"Jaquez", {{"Clark", true}}}},
       down,
       gone,
       up},
      {"nobody has ever heard of two",
       {{"Clark", {{"Bona", true}, {"Jaquez", false}}}, {"Bona", {{"Clark", true}}}},
       up,
       down,
       down},
  };
  for (const auto& c : cases) {
    board_ = NewBoard();
    for (const Said& said : c.said) Say(said);
    EXPECT_EQ(State("Clark"), up) << c.what;
    EXPECT_EQ(State("Bona"), c.bona) << c.what;
    EXPECT_EQ(State("Bailey"), c.bailey) << c.what;
    EXPECT_EQ(State("Jaquez"), c.jaquez) << c.what;
  }
}

TEST_F(NodeViewsTest, ANodeThatSaidSoHasStopped) {
  Say({"Clark", {{"Jaquez", false}}});
  Say({"Jaquez", {{"Clark", true}}, NodeState::kStopped});
  EXPECT_EQ(State("Jaquez"), NodeState::kStopped);
}

TEST_F(NodeViewsTest, ALinkThatIsUpTellsOfANodeBeforeItsNotice) {
  Say({"Clark", {{"Jaquez", true}}});
  EXPECT_EQ(State("Jaquez"), NodeState::kStarting);
  EXPECT_EQ(View("Jaquez").member, nullptr);
}

TEST_F(NodeViewsTest, ReasonsNameWhoSaysSo) {
  Say({"Clark", {{"Bona", true}, {"Jaquez", false}}});
  Say({"Bona", {{"Clark", true}, {"Jaquez", false}}});
  EXPECT_EQ(View("Jaquez").reason, "no link to it is up, say Bona, Clark");
  EXPECT_EQ(View("Campbell").reason, "it has never been heard of");
  EXPECT_EQ(View("Bona").reason, "");
}

TEST_F(NodeViewsTest, StatesAreCounted) {
  Say({"Clark", {{"Bona", true}, {"Jaquez", false}}});
  Say({"Bona", {{"Clark", true}}});
  const NodeCounts counts = CountStates(ViewNodes(*board_));
  EXPECT_EQ(counts[static_cast<size_t>(NodeState::kServing)], 2U);
  EXPECT_EQ(counts[static_cast<size_t>(NodeState::kDown)], 3U);
}

TEST_F(NodeViewsTest, TheNearestThatServeAndAreNotBusyAreFound) {
  Say({"Clark",
       {{"Bona", true}, {"Campbell", true}, {"Jaquez", false}},
       NodeState::kServing,
       "+0+4"});
  Say({"Bona", {}, NodeState::kServing, "+0+3", 90});
  Say({"Campbell", {}, NodeState::kDraining, "+0+2"});
  Say({"Jaquez", {}, NodeState::kServing, "+0+1"});
  const std::vector<NodeView> views = ViewNodes(*board_);
  const FoundNodes found = FindNodes(views, {0, 0}, 2);
  ASSERT_EQ(found.chosen.size(), 1U);
  EXPECT_EQ(found.chosen[0].node->name, "Clark");
  EXPECT_NEAR(found.chosen[0].distance_m, 444'780, 10);
  EXPECT_EQ(found.chosen[0].reason, "serving: 0 connections of 100");
  ASSERT_EQ(found.passed_over.size(), 3U);
  EXPECT_THAT(found.passed_over[0].reason, HasSubstr("down: no link to it is up"));
  EXPECT_EQ(found.passed_over[1].reason, "draining");
  EXPECT_EQ(found.passed_over[2].reason, "busy: 90 connections of 100");
}

TEST_F(NodeViewsTest, FartherNodesAreNoNews) {
  Say({"Clark", {{"Bona", true}, {"Jaquez", false}}, NodeState::kServing, "+0+1"});
  Say({"Bona", {}, NodeState::kServing, "+0+2"});
  Say({"Jaquez", {}, NodeState::kServing, "+0+3"});
  const std::vector<NodeView> views = ViewNodes(*board_);
  const FoundNodes found = FindNodes(views, {0, 0}, 1);
  ASSERT_EQ(found.chosen.size(), 1U);
  EXPECT_EQ(found.chosen[0].node->name, "Clark");
  EXPECT_THAT(found.passed_over, IsEmpty());
}

TEST_F(NodeViewsTest, BusyIsNineTenths) {
  EXPECT_FALSE(IsBusy({89, 100, 0, 0}));
  EXPECT_TRUE(IsBusy({90, 100, 0, 0}));
  EXPECT_FALSE(IsBusy({90, 0, 0, 0})) << "nobody knows";
  EXPECT_TRUE(IsBusy({UINT64_MAX, UINT64_MAX, 0, 0}));
  EXPECT_FALSE(IsBusy({1, UINT64_MAX, 0, 0}));
}

}  // namespace
}  // namespace proxyherd::peer
