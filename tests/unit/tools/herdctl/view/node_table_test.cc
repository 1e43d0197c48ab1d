// Tests how herdctl shows nodes.
#include "tools/herdctl/view/node_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxyherd::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kTenOClock = 1'795'730'400;  // 2026-11-26 22:00:00 UTC

NodeRow Serving(const std::string& name) {
  NodeRow row{name, "serving"};
  row.known = true;
  row.host = "127.0.0.1";
  row.text_port = 10003;
  row.location = "+34.0689-118.4451";
  row.connections = 12;
  row.max_connections = 896;
  row.reports_per_second = 40;
  row.links_up = 1;
  row.links = 2;
  return row;
}

NodesAnswer Answer() {
  NodesAnswer answer;
  answer.asked = "Bailey";
  NodeRow down{"Clark", "down", "no link to it is up, say Bona, Jaquez"};
  NodeRow gone = Serving("Jaquez");
  gone.state = "stopped";
  NodeRow strange = Serving("Bona");
  strange.in_herd_file = false;
  answer.nodes = {strange, down, gone};
  answer.announcements = {{"Bona", 7, "maintenance", kTenOClock - 60, kTenOClock}};
  return answer;
}

TEST(NodeTableTest, ATableForPeople) {
  EXPECT_EQ(RenderNodes(Answer(), false),
            "NAME    STATE        CLIENTS AT             CONNECTIONS  REPORTS/s  LINKS  PLACE\n"
            "Bona    serving      127.0.0.1:10003             12/896         40    1/2  "
            "+34.0689-118.4451\n"
            "Clark   down\n"
            "Jaquez  stopped      127.0.0.1:10003                  -          -      -  "
            "+34.0689-118.4451\n"
            "\n"
            "1 of 3 nodes serve, says Bailey.\n"
            "  Bona is not in the herd file of Bailey\n"
            "  Clark is down: no link to it is up, say Bona, Jaquez\n"
            "  Bona says until 2026-11-26 22:00:00 UTC: maintenance\n");
}

TEST(NodeTableTest, ColoursOnlyWhenAsked) {
  EXPECT_THAT(RenderNodes(Answer(), true), HasSubstr("\x1b[31mdown       \x1b[0m"));
  EXPECT_THAT(RenderNodes(Answer(), false), Not(HasSubstr("\x1b")));
}

TEST(NodeTableTest, JsonForPrograms) {
  const auto json = nlohmann::json::parse(RenderNodesJson(Answer()));
  EXPECT_EQ(json["asked"], "Bailey");
  EXPECT_EQ(json["nodes"][0]["connections"], 12);
  EXPECT_EQ(json["nodes"][1]["state"], "down");
  EXPECT_FALSE(json["nodes"][1].contains("host")) << "nobody has told it";
  EXPECT_EQ(json["announcements"][0]["expire_time"], "2026-11-26T22:00:00Z");
}

TEST(NodeTableTest, WhereToConnectAndWhyNotElsewhere) {
  FoundAnswer answer;
  answer.asked = "Bailey";
  answer.nodes = {{Serving("Bona"), 12'400, "serving: 12 connections of 896"}};
  answer.passed_over = {{{"Clark", "down"}, 420, "down: no link to it is up, say Bona"}};
  EXPECT_EQ(RenderFound(answer),
            "Bona  127.0.0.1:10003  12 km  serving: 12 connections of 896\n"
            "  passed over: Clark, 420 m, down: no link to it is up, say Bona\n");
  const auto json = nlohmann::json::parse(RenderFoundJson(answer));
  EXPECT_EQ(json["nodes"][0]["name"], "Bona");
  EXPECT_EQ(json["nodes"][0]["distance_meters"], 12'400);
  EXPECT_EQ(json["passed_over"][0]["reason"], "down: no link to it is up, say Bona");
}

TEST(NodeTableTest, NothingToConnectTo) {
  FoundAnswer answer;
  answer.asked = "Bailey";
  EXPECT_EQ(RenderFound(answer), "no node serves that is not busy, says Bailey\n");
}

TEST(NodeTableTest, AReceiptForWords) {
  const AnnouncementRow posted = Answer().announcements[0];
  EXPECT_EQ(RenderPosted(posted), "Bona shows it until 2026-11-26 22:00:00 UTC\n");
  EXPECT_EQ(nlohmann::json::parse(RenderPostedJson(posted))["id"], 7);
}

}  // namespace
}  // namespace proxyherd::tools
