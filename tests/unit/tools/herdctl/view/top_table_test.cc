// Tests the overview of a herd.
#include "tools/herdctl/view/top_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace proxyherd::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kStartedS = 1'795'680'000;

MemberView Node(const std::string& name, uint64_t reports, double cpu_s) {
  MemberView node;
  node.name = name;
  node.links_up = 1;
  node.links_configured = 1;
  node.report.state = MemberState::kServing;
  node.report.records = 12;
  node.report.digest = "00000000deadbeef";
  node.report.started_ns = kStartedS * kSecondNs;
  node.report.connections = 3;
  node.report.reports = reports;
  node.report.cpu_s = cpu_s;
  node.report.resident_bytes = 30'000'000;
  LinkEnd end;
  end.outgoing_up = true;
  end.lag_records = 7;
  end.round_trip_s = 0.00025;
  node.report.links = {end};
  return node;
}

TopLook Look(int64_t at_s, std::vector<MemberView> nodes) {
  TopLook look;
  look.view.herd = "seed";
  look.view.nodes = std::move(nodes);
  look.monotonic_ns = at_s * kSecondNs;
  look.since_1970_ns = (kStartedS + at_s) * kSecondNs;
  return look;
}

TEST(TopTableTest, RatesAreTheDifferenceOfTwoLooks) {
  const TopLook before = Look(10, {Node("Bona", 1000, 1.0), Node("Clark", 0, 0)});
  const TopLook now = Look(12, {Node("Bona", 1500, 1.5), Node("Clark", 0, 0)});
  EXPECT_EQ(
      RenderTop(&before, now, false, {}),
      "Herd seed at 2026-11-26 08:00:12 UTC: 2 of 2 nodes serve, 0 of 0 links are up, "
      "both agree on 12 clients.\n"
      "\n"
      "NODE   STATE    CLIENTS  CONNS  REPORTS/s  LINKS  LAG     RTT    CPU    MEMORY   UP\n"
      "Bona   serving       12      3        250    1/1    7  0.2 ms  25.0%  28.6 MiB  12s\n"
      "Clark  serving       12      3          0    1/1    7  0.2 ms   0.0%  28.6 MiB  12s\n");
}

TEST(TopTableTest, OneLookHasNoRates) {
  const TopLook now = Look(12, {Node("Bona", 1500, 1.5)});
  EXPECT_THAT(RenderTop(nullptr, now, false, {}), HasSubstr("      3          -    1/1"));
}

TEST(TopTableTest, CountersOfAnotherProcessAreNoRate) {
  const TopLook now = Look(12, {Node("Bona", 1500, 1.5)});
  TopLook restarted = Look(10, {Node("Bona", 9, 0.5)});
  restarted.view.nodes[0].report.started_ns -= 100 * kSecondNs;
  const TopLook ahead = Look(10, {Node("Bona", 9000, 0.5)});
  const TopLook same_time = Look(12, {Node("Bona", 1000, 0.5)});
  for (const TopLook* before :
       std::initializer_list<const TopLook*>{&restarted, &ahead, &same_time}) {
    const auto json = nlohmann::json::parse(RenderTopJson(before, now, true));
    EXPECT_TRUE(json["nodes"][0]["reports_per_second"].is_null());
    EXPECT_TRUE(json["nodes"][0]["cpu"].is_null());
  }
}

TEST(TopTableTest, ANodeThatIsAwayHasNoNumbersButAReason) {
  MemberView clark;
  clark.name = "Clark";
  clark.report.problem = "nothing listens at h:1";
  clark.links_configured = 2;
  const TopLook before = Look(10, {Node("Bona", 0, 0), Node("Clark", 5, 5)});
  const std::string text = RenderTop(&before, Look(12, {Node("Bona", 0, 0), clark}), false, {});
  EXPECT_THAT(text, HasSubstr("Clark  down           -      -          -    0/2    -"));
  EXPECT_THAT(text, HasSubstr("\n  Clark is down: nothing listens at h:1\n"));
}

TEST(TopTableTest, FitsTheScreen) {
  std::vector<MemberView> nodes;
  nodes.reserve(30);
  for (int i = 0; i < 30; ++i) nodes.push_back(Node("node" + std::to_string(i), 0, 0));
  nodes[0].report.state = MemberState::kDown;
  nodes[0].report.problem = std::string(100, 'x') + "\xc3\xa4";
  const TopLook now = Look(12, std::move(nodes));
  for (const size_t columns : {1U, 10U, 40U, 79U, 200U}) {
    for (const size_t lines : {1U, 5U, 24U}) {
      const std::string text = RenderTopFrame(nullptr, now, false, {columns, lines}, 2);
      EXPECT_EQ(text.find("q quits") != std::string::npos, lines > 4 && columns > 5);
      size_t count = 0;
      size_t begin = 0;
      for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        EXPECT_LE(end - begin, columns);
        begin = end + 1;
        ++count;
      }
      EXPECT_EQ(count, lines);
    }
  }
}

TEST(TopTableTest, ColoursTakeNoRoomAndAreNeverCut) {
  const TopLook now = Look(12, {Node("Bona", 0, 0)});
  const std::string plain = RenderTop(nullptr, now, false, {});
  EXPECT_THAT(plain, Not(HasSubstr("\x1b")));
  std::string coloured = RenderTop(nullptr, now, true, {});
  EXPECT_THAT(coloured, HasSubstr("\x1b[32mserving\x1b[0m"));
  // Lines that are cut before the end of the state have no colour.
  EXPECT_THAT(RenderTop(nullptr, now, true, {10, 24}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(RenderTop(nullptr, now, true, {13, 24}), HasSubstr("\x1b[32mserving\x1b[0m\n"));
}

TEST(TopTableTest, WhatANodeSaysCannotDriveTheTerminal) {
  MemberView clark;
  clark.name = "Clark";
  clark.report.problem = "\x1b[2J";
  EXPECT_THAT(RenderTop(nullptr, Look(1, {clark}), false, {}), Not(HasSubstr("\x1b")));
}

TEST(TopTableTest, JsonHasTheSameOnOneLineOrMany) {
  const TopLook before = Look(10, {Node("Bona", 1000, 1.0)});
  const TopLook now = Look(12, {Node("Bona", 1500, 1.5)});
  const std::string line = RenderTopJson(&before, now, true);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json, nlohmann::json::parse(RenderTopJson(&before, now, false)));
  EXPECT_EQ(json["time"], "2026-11-26T08:00:12.000Z");
  const auto& node = json["nodes"][0];
  EXPECT_EQ(node["name"], "Bona");
  EXPECT_EQ(node["reports_per_second"], 250);
  EXPECT_EQ(node["cpu"], 0.25);
  EXPECT_EQ(node["lag_records"], 7);
  EXPECT_EQ(node["uptime_seconds"], 12);
}

TEST(TopTableTest, Bytes) {
  const std::pair<uint64_t, const char*> cases[] = {{0, "0 B"},
                                                    {1023, "1023 B"},
                                                    {1024, "1.0 KiB"},
                                                    {1536, "1.5 KiB"},
                                                    {1048575, "1.0 MiB"},
                                                    {30'000'000, "28.6 MiB"},
                                                    {5'000'000'000, "4.7 GiB"},
                                                    {uint64_t{1} << 60, "1048576.0 TiB"}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(BytesText(bytes), text);
}

TEST(TopTableTest, Durations) {
  const std::pair<int64_t, const char*> cases[] = {
      {0, "0s"},       {59, "59s"},       {60, "1m00s"},    {3599, "59m59s"},
      {3600, "1h00m"}, {86399, "23h59m"}, {86400, "1d00h"}, {1'051'200, "12d04h"}};
  for (const auto& [seconds, text] : cases) EXPECT_EQ(DurationText(seconds), text);
}

}  // namespace
}  // namespace proxyherd::tools
