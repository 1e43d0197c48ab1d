// Which notices are kept.
#include "peer/protocol/notice.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace proxyherd {
namespace {

NodeNotice Valid() {
  NodeNotice notice;
  notice.node = "Clark";
  notice.version = {1, 1};
  notice.state = NodeState::kServing;
  notice.address = {"127.0.0.1", 10003, 11003, 12003, "+34.0689-118.4451", "1.0"};
  notice.links = {{"Bona", true, true}, {"Jaquez", false, true}};
  notice.people = {{100, 100 + kSecond, "maintenance at 22:00"}};
  return notice;
}

TEST(NoticeTest, WhatANodeTellsIsValid) {
  EXPECT_TRUE(IsValidNotice(Valid()));
  NodeNotice least;
  least.node = "a";
  least.version = {kMaxNoticeNumber, kMaxNoticeNumber};
  least.state = NodeState::kStopped;
  EXPECT_TRUE(IsValidNotice(least));
}

TEST(NoticeTest, WhatIsMalformedIsNot) {
  const uint64_t max = std::numeric_limits<uint64_t>::max();
  const struct {
    const char* what;
    std::function<void(NodeNotice&)> spoil;
  } cases[] = {
      {"no name", [](NodeNotice& n) { n.node.clear(); }},
      {"a name with a space", [](NodeNotice& n) { n.node = "Cl ark"; }},
      {"no epoch", [](NodeNotice& n) { n.version.epoch_ns = 0; }},
      {"an epoch without an after", [=](NodeNotice& n) { n.version.epoch_ns = max; }},
      {"no sequence", [](NodeNotice& n) { n.version.sequence = 0; }},
      {"a last sequence", [](NodeNotice& n) { n.version.sequence = kMaxNoticeNumber + 1; }},
      {"no state", [](NodeNotice& n) { n.state = NodeState::kUnspecified; }},
      {"a state that follows", [](NodeNotice& n) { n.state = NodeState::kDown; }},
      {"an unknown state", [](NodeNotice& n) { n.state = static_cast<NodeState>(-7); }},
      {"a long host", [](NodeNotice& n) { n.address.host.assign(kMaxHostBytes + 1, 'h'); }},
      {"a host with a line end", [](NodeNotice& n) { n.address.host = "a\nb"; }},
      {"a port", [](NodeNotice& n) { n.address.text_port = 65536; }},
      {"another port", [](NodeNotice& n) { n.address.http_port = 70000; }},
      {"a place", [](NodeNotice& n) { n.address.location = "+91+0"; }},
      {"a long place",
       [](NodeNotice& n) { n.address.location = "+1." + std::string(70, '0') + "+1"; }},
      {"a version", [](NodeNotice& n) { n.address.version = "\x1b[31m"; }},
      {"a link with itself",
       [](NodeNotice& n) {
         n.links = {{"Clark", true, true}};
       }},
      {"links twice",
       [](NodeNotice& n) {
         n.links = {{"Bona", true, true}, {"Bona", false, true}};
       }},
      {"links out of order",
       [](NodeNotice& n) {
         n.links = {{"b", true, true}, {"a", false, true}};
       }},
      {"a malformed neighbour",
       [](NodeNotice& n) {
         n.links = {{"", true, true}};
       }},
      {"many links",
       [](NodeNotice& n) {
         n.links.clear();
         for (int i = 0; i < 33; ++i)
           n.links.emplace_back().neighbour = "n" + std::to_string(100 + i);
       }},
      {"many notices for people",
       [](NodeNotice& n) {
         n.people.clear();
         for (uint64_t i = 1; i <= 17; ++i) n.people.push_back({i, i + kSecond, "words"});
       }},
      {"a text twice", [](NodeNotice& n) { n.people.push_back(n.people[0]); }},
      {"no id", [](NodeNotice& n) { n.people[0].id = 0; }},
      {"an id without an end",
       [=](NodeNotice& n) {
         n.people[0] = {max - 1, max, "words"};
       }},
      {"no lifetime", [](NodeNotice& n) { n.people[0].expires_ns = n.people[0].id; }},
      {"a lifetime without an end", [=](NodeNotice& n) { n.people[0].expires_ns = max; }},
      {"no text", [](NodeNotice& n) { n.people[0].text.clear(); }},
  };
  for (const auto& c : cases) {
    NodeNotice notice = Valid();
    c.spoil(notice);
    EXPECT_FALSE(IsValidNotice(notice)) << c.what;
  }
}

TEST(NoticeTest, TextsForPeopleDoNothingToTerminals) {
  EXPECT_TRUE(IsPeopleText("maintenance at 22:00"));
  EXPECT_TRUE(IsPeopleText("a \\ and \xC3\xA4"));
  EXPECT_TRUE(IsPeopleText(std::string(kMaxPeopleNoticeBytes, 'x')));
  EXPECT_FALSE(IsPeopleText(""));
  EXPECT_FALSE(IsPeopleText(std::string(kMaxPeopleNoticeBytes + 1, 'x')));
  EXPECT_FALSE(IsPeopleText("two\nlines"));
  EXPECT_FALSE(IsPeopleText("\x1b[2J"));
  EXPECT_FALSE(IsPeopleText("\xff\xfe"));
}

TEST(NoticeTest, TheGreatestNoticeIsBounded) {
  NodeNotice notice = Valid();
  notice.node.assign(64, 'n');
  notice.address.host.assign(kMaxHostBytes, 'h');
  notice.links.clear();
  for (int i = 0; i < 32; ++i) {
    LinkClaim& link = notice.links.emplace_back();
    link.neighbour = std::to_string(100 + i) + std::string(61, 'l');
  }
  notice.people.clear();
  for (uint64_t i = 1; i <= kMaxPeopleNotices; ++i) {
    notice.people.push_back({i, i + kSecond, std::string(kMaxPeopleNoticeBytes, 'x')});
  }
  ASSERT_TRUE(IsValidNotice(notice));
  EXPECT_LE(NoticeBytes(notice), size_t{24} * 1024);
}

}  // namespace
}  // namespace proxyherd
