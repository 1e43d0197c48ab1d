// Tests MembershipUpdate on one link, whose other end the test plays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "tests/support/played_neighbour.h"

namespace proxyherd::peer {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

MemberEntry Notice(const std::string& node, uint64_t epoch_ns, uint64_t sequence) {
  MemberEntry notice;
  notice.node = node;
  notice.version = {epoch_ns, sequence};
  notice.state = NodeState::kServing;
  return notice;
}

class MembershipLinksTest : public ::testing::Test {
 protected:
  void SetUp() override {
    neighbour_.Greet();
    neighbour_.AnswerHello();
    ReadAll();
  }
  // Reads Clark's messages to the neighbour for `ns`; returns the nodes of their entries.
  std::vector<std::string> ReadAll(int64_t ns = kSecond) {
    const size_t before = neighbour_.notices().size();
    for (int64_t passed = 0; passed <= ns; passed += kSecond / 10) {
      while (!std::holds_alternative<std::monostate>(neighbour_.ReadOutgoing())) {
      }
      neighbour_.Answer(Heartbeat{++beats_, std::nullopt, 0, 0, true});
      neighbour_.Send(Heartbeat{beats_, std::nullopt, 0, 0, false});
      neighbour_.Read();
      neighbour_.Pass(kSecond / 10);
    }
    std::vector<std::string> names;
    for (size_t i = before; i < neighbour_.notices().size(); ++i) {
      names.push_back(neighbour_.notices()[i].node);
    }
    return names;
  }
  const Membership& board() { return neighbour_.links().membership(); }

  uint64_t beats_ = 0;
  PlayedNeighbour neighbour_;
};

TEST_F(MembershipLinksTest, WhatComesByALinkDoesNotGoBack) {
  neighbour_.Send(MembershipUpdate{{Notice("Bona", 7, 1), Notice("Ann", 7, 1)}});
  EXPECT_EQ(board().nodes().size(), 3U);
  EXPECT_THAT(ReadAll(3 * kSecond), Not(Contains("Ann")));
}

TEST_F(MembershipLinksTest, AStreamThatComesUpAnewIsToldEverythingAgain) {
  neighbour_.Send(MembershipUpdate{{Notice("Ann", 7, 1)}});
  neighbour_.BreakOff();
  neighbour_.Pass(2 * kSecond);
  neighbour_.AnswerHello();
  const std::vector<std::string> told = ReadAll();
  EXPECT_THAT(told, Contains("Ann"));
  EXPECT_THAT(told, Contains("Clark"));
}

TEST_F(MembershipLinksTest, WhatIsMalformedIsSkippedAndTheRestIsTaken) {
  neighbour_.Send(
      MembershipUpdate{{Notice("no name", 7, 1), Notice("Ann", 7, 1), Notice("Ann", 0, 9)}});
  EXPECT_FALSE(neighbour_.ended().has_value());
  EXPECT_EQ(board().counters().malformed, 2U);
  EXPECT_EQ(board().counters().won, 1U);
}

TEST_F(MembershipLinksTest, MoreThanAnyNodeSendsEndTheStream) {
  MembershipUpdate notices;
  for (size_t i = 0; i < kMaxMembersInUpdate; ++i) notices.nodes.push_back(Notice("Ann", 7, i + 1));
  neighbour_.Send(notices);
  EXPECT_FALSE(neighbour_.ended().has_value());
  notices.nodes.push_back(Notice("Ann", 7, 1000));
  neighbour_.Send(notices);
  ASSERT_TRUE(neighbour_.ended().has_value());
  EXPECT_EQ(neighbour_.ended()->code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(neighbour_.view().limits[LinkLimit::kMembers], 1U);
  EXPECT_EQ(board().nodes().at("Ann").member->version.sequence, kMaxMembersInUpdate);
}

TEST_F(MembershipLinksTest, WhatTheHerdRemembersOfAnEarlierProcessIsOvertaken) {
  const uint64_t ahead_ns = uint64_t{1} << 61;
  MemberEntry earlier = Notice("Clark", ahead_ns, 12);
  earlier.state = NodeState::kStopped;
  neighbour_.Send(MembershipUpdate{{earlier}});
  EXPECT_THAT(ReadAll(2 * kSecond), Contains("Clark"));
  EXPECT_EQ(neighbour_.notices().back().version, (MemberVersion{ahead_ns, 13}));
  EXPECT_NE(neighbour_.notices().back().state, NodeState::kStopped);
  EXPECT_THAT(ReadAll(20 * kSecond), IsEmpty()) << "once is enough";
}

TEST_F(MembershipLinksTest, AnEarlierProcessThatWentJustAsFarIsOvertakenToo) {
  const uint64_t ahead_ns = uint64_t{1} << 61;
  neighbour_.Send(MembershipUpdate{{Notice("Clark", ahead_ns, 12)}});
  ReadAll(2 * kSecond);
  ASSERT_EQ(neighbour_.notices().back().version, (MemberVersion{ahead_ns, 13}));
  MemberEntry last = Notice("Clark", ahead_ns, 13);
  last.state = NodeState::kStopped;
  neighbour_.Send(MembershipUpdate{{last}});
  EXPECT_THAT(ReadAll(2 * kSecond), Contains("Clark"));
  EXPECT_EQ(neighbour_.notices().back().version, (MemberVersion{ahead_ns, 14}));
  EXPECT_NE(neighbour_.notices().back().state, NodeState::kStopped);
  EXPECT_THAT(ReadAll(20 * kSecond), IsEmpty());
}

TEST_F(MembershipLinksTest, WhoSpeaksWithTheLastVersionIsNotAnsweredForEver) {
  neighbour_.Send(MembershipUpdate{{Notice("Clark", kMaxMemberNumber, kMaxMemberNumber)}});
  ReadAll(5 * kSecond);
  EXPECT_THAT(ReadAll(20 * kSecond), IsEmpty());
}

TEST_F(MembershipLinksTest, AFloodOfNoticesDoesNotKeepRecordsFromFlowing) {
  // Each message is news, and would be passed on to another neighbour; this one receives only the
  // node's own load.
  for (uint64_t i = 1; i <= 100; ++i) {
    neighbour_.Send(MembershipUpdate{{Notice("Ann", 7, i)}});
    neighbour_.Pass(kMillisecond);
  }
  neighbour_.Report("kiwi");
  bool batch = false;
  for (int i = 0; i < 20 && !batch; ++i) {
    batch = std::holds_alternative<Batch>(neighbour_.ReadOutgoing());
    neighbour_.Pass(kMillisecond);
  }
  EXPECT_TRUE(batch);
}

}  // namespace
}  // namespace proxyherd::peer
