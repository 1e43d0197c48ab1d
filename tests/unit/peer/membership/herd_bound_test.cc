// Tests which nodes' limits bind a node, and for how long.
#include "peer/membership/herd_bound.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace proxyherd::peer {
namespace {

// A herd as Clark sees it.
class HerdBoundTest : public testing::Test {
 protected:
  struct Node {
    MemberEntry notice;
    bool heard = true;
    bool expected = true;
  };

  Node& Has(const std::string& name, uint64_t clients, uint64_t bytes) {
    Node& node = nodes_[name];
    node.notice.node = name;
    node.notice.state = NodeState::kServing;
    node.notice.load.max_clients = clients;
    node.notice.max_table_bytes = bytes;
    return node;
  }

  HerdBound Find() {
    std::vector<NodeView> views;
    for (const auto& [name, node] : nodes_) {
      NodeView view;
      view.name = name;
      view.heard = node.heard;
      view.expected = node.expected;
      view.member = &node.notice;
      views.push_back(view);
    }
    return finder_.Find(views, own_, now_ns_);
  }
  std::string Words() { return Describe(Find()); }

  GrowthLimit own_ = {1000, 64'000};
  int64_t now_ns_ = 5 * kSecond;

 private:
  std::map<std::string, Node> nodes_;
  HerdBoundFinder finder_{"Clark"};
};

TEST_F(HerdBoundTest, TheLeastLimitsBindWhicheverNodesHaveThem) {
  Has("Clark", 1, 1);  // itself
  Has("Bona", 800, 70'000);
  Has("Jaquez", 900, 60'000);
  const HerdBound bound = Find();
  EXPECT_EQ(bound.limit, (GrowthLimit{800, 60'000}));
  EXPECT_EQ(Describe(bound),
            "Bona takes no more than 800 clients, and Jaquez no more than 60000 bytes of table");
}

TEST_F(HerdBoundTest, NobodyBindsWhoAllowsAsMuchAsOneself) {
  Has("Bona", 1000, 64'000);
  EXPECT_EQ(Words(), "");
  EXPECT_EQ(Find().limit, own_);
}

TEST_F(HerdBoundTest, WhatIsNotKnownBindsNobody) {
  Has("Bona", 0, 0);
  EXPECT_EQ(Find().limit, GrowthLimit());
  Has("Bona", 0, 3000);
  EXPECT_EQ(Find().limit, (GrowthLimit{GrowthLimit::kNone, 3000}));
}

TEST_F(HerdBoundTest, ANodeThatIsNotHeardBindsForAMinute) {
  Node& bona = Has("Bona", 800, 60'000);
  EXPECT_NE(Words(), "");
  bona.heard = false;
  now_ns_ += kBindsUnheardNs - 1;
  EXPECT_NE(Words(), "");
  now_ns_ += 1;
  EXPECT_EQ(Words(), "");
  EXPECT_EQ(Find().limit, GrowthLimit());
  bona.heard = true;
  EXPECT_NE(Words(), "");
}

TEST_F(HerdBoundTest, ANodeThatWasNeverHeardDoesNotBind) {
  Has("Bona", 800, 60'000).heard = false;
  EXPECT_EQ(Words(), "");
}

TEST_F(HerdBoundTest, ANodeThatDrainsOrHasStoppedBindsNoMore) {
  for (const NodeState state : {NodeState::kDraining, NodeState::kStopped}) {
    Node& bona = Has("Bona", 800, 60'000);
    bona.heard = true;
    EXPECT_NE(Words(), "");
    bona.notice.state = state;
    EXPECT_EQ(Words(), "");
    bona.heard = false;
    EXPECT_EQ(Words(), "");
  }
}

TEST_F(HerdBoundTest, OnlyNodesOfTheHerdFileBind) {
  Node& stranger = Has("Stranger", 1, 1);
  stranger.expected = false;
  EXPECT_EQ(Words(), "");
  stranger.expected = true;
  EXPECT_NE(Words(), "");
  stranger.expected = false;
  EXPECT_EQ(Words(), "");
}

}  // namespace
}  // namespace proxyherd::peer
