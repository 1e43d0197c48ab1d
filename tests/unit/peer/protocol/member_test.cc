// Tests which entries are valid.
#include "peer/protocol/member.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace proxyherd::peer {
namespace {

MemberEntry Valid() {
  MemberEntry notice;
  notice.node = "Clark";
  notice.version = {1, 1};
  notice.state = NodeState::kServing;
  notice.address = {"127.0.0.1", 10003, 11003, 12003, "+34.0689-118.4451", "1.0"};
  notice.links = {{"Bona", true, true}, {"Jaquez", false, true}};
  notice.people = {{100, 100 + kSecond, "maintenance at 22:00"}};
  return notice;
}

TEST(MemberTest, WhatANodeTellsIsValid) {
  EXPECT_TRUE(IsValidMember(Valid()));
  MemberEntry smallest;
  smallest.node = "a";
  smallest.version = {kMaxMemberNumber, kMaxMemberNumber};
  smallest.state = NodeState::kStopped;
  EXPECT_TRUE(IsValidMember(smallest));
}

TEST(MemberTest, WhatIsMalformedIsNot) {
  const uint64_t max = std::numeric_limits<uint64_t>::max();
  const struct {
    const char* what;
    std::function<void(MemberEntry&)> spoil;
  } cases[] = {
      {"no name", [](MemberEntry& n) { n.node.clear(); }},
      {"a name with a space", [](MemberEntry& n) { n.node = "Cl ark"; }},
      {"no epoch", [](MemberEntry& n) { n.version.epoch_ns = 0; }},
      {"an epoch without an after", [=](MemberEntry& n) { n.version.epoch_ns = max; }},
      {"no sequence", [](MemberEntry& n) { n.version.sequence = 0; }},
      {"a last sequence", [](MemberEntry& n) { n.version.sequence = kMaxMemberNumber + 1; }},
      {"no state", [](MemberEntry& n) { n.state = NodeState::kUnspecified; }},
      {"a state that follows", [](MemberEntry& n) { n.state = NodeState::kDown; }},
      {"an unknown state", [](MemberEntry& n) { n.state = static_cast<NodeState>(-7); }},
      {"a long host", [](MemberEntry& n) { n.address.host.assign(kMaxHostBytes + 1, 'h'); }},
      {"a host with a line end", [](MemberEntry& n) { n.address.host = "a\nb"; }},
      {"a port", [](MemberEntry& n) { n.address.text_port = 65536; }},
      {"another port", [](MemberEntry& n) { n.address.http_port = 70000; }},
      {"a place", [](MemberEntry& n) { n.address.location = "+91+0"; }},
      {"a long place",
       [](MemberEntry& n) { n.address.location = "+1." + std::string(70, '0') + "+1"; }},
      {"a version", [](MemberEntry& n) { n.address.version = "\x1b[31m"; }},
      {"a link with itself",
       [](MemberEntry& n) {
         n.links = {{"Clark", true, true}};
       }},
      {"links twice",
       [](MemberEntry& n) {
         n.links = {{"Bona", true, true}, {"Bona", false, true}};
       }},
      {"links out of order",
       [](MemberEntry& n) {
         n.links = {{"b", true, true}, {"a", false, true}};
       }},
      {"a malformed neighbour",
       [](MemberEntry& n) {
         n.links = {{"", true, true}};
       }},
      {"many links",
       [](MemberEntry& n) {
         n.links.clear();
         for (int i = 0; i < 33; ++i)
           n.links.emplace_back().neighbour = "n" + std::to_string(100 + i);
       }},
      {"many notices for people",
       [](MemberEntry& n) {
         n.people.clear();
         for (uint64_t i = 1; i <= 17; ++i) n.people.push_back({i, i + kSecond, "words"});
       }},
      {"a text twice", [](MemberEntry& n) { n.people.push_back(n.people[0]); }},
      {"no id", [](MemberEntry& n) { n.people[0].id = 0; }},
      {"an id without an end",
       [=](MemberEntry& n) {
         n.people[0] = {max - 1, max, "words"};
       }},
      {"no lifetime", [](MemberEntry& n) { n.people[0].expires_ns = n.people[0].id; }},
      {"a lifetime without an end", [=](MemberEntry& n) { n.people[0].expires_ns = max; }},
      {"no text", [](MemberEntry& n) { n.people[0].text.clear(); }},
  };
  for (const auto& c : cases) {
    MemberEntry notice = Valid();
    c.spoil(notice);
    EXPECT_FALSE(IsValidMember(notice)) << c.what;
  }
}

TEST(MemberTest, TextsForPeopleDoNothingToTerminals) {
  EXPECT_TRUE(IsAnnouncementText("maintenance at 22:00"));
  EXPECT_TRUE(IsAnnouncementText("a \\ and \xC3\xA4"));
  EXPECT_TRUE(IsAnnouncementText(std::string(kMaxAnnouncementBytes, 'x')));
  EXPECT_FALSE(IsAnnouncementText(""));
  EXPECT_FALSE(IsAnnouncementText(std::string(kMaxAnnouncementBytes + 1, 'x')));
  EXPECT_FALSE(IsAnnouncementText("two\nlines"));
  EXPECT_FALSE(IsAnnouncementText("\x1b[2J"));
  EXPECT_FALSE(IsAnnouncementText("\xff\xfe"));
}

TEST(MemberTest, TheGreatestNoticeIsBounded) {
  MemberEntry notice = Valid();
  notice.node.assign(64, 'n');
  notice.address.host.assign(kMaxHostBytes, 'h');
  notice.links.clear();
  for (int i = 0; i < 32; ++i) {
    LinkClaim& link = notice.links.emplace_back();
    link.neighbour = std::to_string(100 + i) + std::string(61, 'l');
  }
  notice.people.clear();
  for (uint64_t i = 1; i <= kMaxAnnouncements; ++i) {
    notice.people.push_back({i, i + kSecond, std::string(kMaxAnnouncementBytes, 'x')});
  }
  ASSERT_TRUE(IsValidMember(notice));
  EXPECT_LE(MemberBytes(notice), size_t{24} * 1024);
}

}  // namespace
}  // namespace proxyherd::peer
