// Tests the frames of pages for a real table, second by second.
#include "page/page_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "page/seen.h"

namespace proxyherd::page {
namespace {

using nlohmann::json;

class PageModelTest : public testing::Test {
 protected:
  explicit PageModelTest(bool details = false)
      : model({"seed", "Clark", "1.0", details, false}, table), seen(details) {}

  void Take(const std::string& client, const std::string& location) {
    const Report report{client, location, "1"};
    ASSERT_EQ(table.TakeReport(report, kSecond), MergeOutcome::kWon);
    RecordView record;
    record.client = client;
    record.location = location;
    seen.Add(record);
  }

  Frames Second(HerdPicture picture = {}, bool watched = true) {
    totals.monotonic_ns += kSecond;
    totals.wall_ns += kSecond;
    totals.clients = table.Records();
    const bool changed = seen.records() > 0;
    return model.Tick(totals, std::move(picture), seen.Take(), changed, watched);
  }

  static json Parsed(const FrameText& frame) {
    return frame == nullptr ? json() : json::parse(*frame);
  }

  Table table{TableOptions{.herd = "seed", .node = "Clark", .probe_seed = 42}};
  PageModel model;
  Seen seen;
  Totals totals;
};

class DetailedPageModelTest : public PageModelTest {
 protected:
  DetailedPageModelTest() : PageModelTest(true) {}
};

HerdPicture TwoNodes(peer::NodeState other) {
  HerdPicture picture;
  picture.links.ready = true;
  peer::MemberEntry notice;
  notice.node = "Bona";
  notice.address = {"127.0.0.1", 10001, 11001, 12001, "+34.0736-118.4004", "1.0"};
  notice.links = {{"Clark", true, false}};
  notice.people = {{1000 * uint64_t{kSecond}, 2000 * uint64_t{kSecond}, "<b>tea</b> at \"5\""}};
  picture.nodes = {{"Bona", other, "why", true, true, notice},
                   {"Clark", peer::NodeState::kServing, "", true, false, {}}};
  return picture;
}

TEST_F(PageModelTest, NobodyLooksAndNothingIsMade) {
  Take("kiwi", "+34.068930-118.445127");
  const Frames frames = Second({}, false);
  EXPECT_EQ(frames.tick, nullptr);
  EXPECT_EQ(frames.map, nullptr);
  EXPECT_EQ(model.map(), nullptr);
}

TEST_F(PageModelTest, WhoComesIsToldEverything) {
  Take("kiwi", "+34.068930-118.445127");
  Second({}, false);
  Second({}, false);
  const Frames hello = model.Hello();
  EXPECT_EQ(Parsed(hello.hello)["node"], "Clark");
  EXPECT_EQ(Parsed(hello.hello)["samples"].size(), 1U);
  EXPECT_EQ(Parsed(hello.herd)["type"], "herd");
  EXPECT_EQ(Parsed(hello.map)["clients"], 1);
  EXPECT_EQ(model.Hello().hello, hello.hello) << "made once a second";
}

TEST_F(PageModelTest, AChangeIsOnTheMapOfTheNextSecondAndAQuietSecondHasNoMap) {
  Second();
  Take("kiwi", "+34.068930-118.445127");
  Frames frames = Second();
  EXPECT_EQ(Parsed(frames.map)["clusters"], json::parse("[[34.05,-118.45,1]]"));
  EXPECT_EQ(Parsed(frames.tick)["seen"], json::parse("[[34.05,-118.45]]"));
  frames = Second();
  EXPECT_EQ(frames.map, nullptr);
  EXPECT_EQ(frames.herd, nullptr);
  EXPECT_EQ(Parsed(frames.tick)["seen"], json::array());
}

TEST_F(PageModelTest, AChangeOnAQuietHerdIsShownBeforeTheSecondIsOver) {
  Second();
  Take("kiwi", "+34.068930-118.445127");
  const Frames early = model.Early();
  EXPECT_EQ(Parsed(early.map)["clients"], 1);
  EXPECT_EQ(early.tick, nullptr);
}

TEST_F(PageModelTest, WithoutDetailsNoFrameHasAnIdOrAnExactPlace) {
  Second();
  Take("kiwi.cs.ucla.edu", "+34.068930-118.445127");
  const Frames hello = model.Hello();
  const Frames frames = Second();
  const std::string all = *hello.map + *frames.tick + MapAnswer(*model.map(), {}, 0);
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("kiwi")));
  EXPECT_THAT(all, testing::Not(testing::HasSubstr("34.06")));
  EXPECT_THAT(all, testing::HasSubstr("[34.05,-118.45"));
}

TEST_F(DetailedPageModelTest, WithDetailsAPartOfTheMapNamesItsClients) {
  Take("kiwi", "+34.068930-118.445127");
  Take("</script><script>\xff", "+34.1-118.5");
  Second();
  const std::string text = MapAnswer(*model.map(), {-119, 34, -118, 35}, 0);
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("<")));
  const json clusters = json::parse(text)["clusters"];
  ASSERT_EQ(clusters.size(), 2U);
  EXPECT_EQ(clusters[0], json::parse("[34.06893,-118.445127,1,\"kiwi\"]"));
  EXPECT_EQ(clusters[1][3], "</script><script>\\xff");
}

TEST_F(DetailedPageModelTest, TellsWhatIsKnownOfAClient) {
  Take("kiwi", "+34.068930-118.445127");
  const json answer = json::parse(ClientAnswer(table, "kiwi"));
  EXPECT_EQ(answer["at_line"], "AT Clark +0.000000000 kiwi +34.068930-118.445127 1");
  EXPECT_EQ(answer["server"], "Clark");
  EXPECT_EQ(answer["received_ms"], 1000);
  EXPECT_EQ(ClientAnswer(table, "nobody"), "");
}

TEST_F(PageModelTest, TheHerdIsToldWhenItChanges) {
  EXPECT_EQ(Parsed(Second(TwoNodes(peer::NodeState::kServing)).herd)["nodes"][0]["state"],
            "serving");
  EXPECT_EQ(Second(TwoNodes(peer::NodeState::kServing)).herd, nullptr);
  const json herd = Parsed(Second(TwoNodes(peer::NodeState::kDown)).herd);
  EXPECT_EQ(herd["nodes"][0]["state"], "down");
  EXPECT_EQ(herd["nodes"][0]["at"], json::parse("[34.0736,-118.4004]"));
  EXPECT_EQ(herd["nodes"][0]["links"], json::parse(R"([{"to":"Clark","out":true,"in":false}])"));
  EXPECT_EQ(herd["nodes"][1].contains("host"), false);
  EXPECT_EQ(herd["words"][0]["text"], "<b>tea</b> at \"5\"");
}

TEST_F(PageModelTest, WordsGoWhenTheirTimeIsOver) {
  totals.wall_ns = 1998 * kSecond;
  EXPECT_EQ(Parsed(Second(TwoNodes(peer::NodeState::kServing)).herd)["words"].size(), 1U);
  EXPECT_EQ(Parsed(Second(TwoNodes(peer::NodeState::kServing)).herd)["words"].size(), 0U);
}

TEST_F(PageModelTest, LinksHaveTheirFlow) {
  HerdPicture picture;
  picture.links.links.resize(1);
  peer::LinkView& link = picture.links.links[0];
  link.neighbour = "Bona";
  link.outgoing = peer::LinkState::kUp;
  link.sent.records = 100;
  Second(picture);
  link.sent.records = 130;
  link.received.records.won = 5;
  link.lag_records = 7;
  const json links = Parsed(Second(picture).tick)["links"];
  EXPECT_EQ(links[0]["sent"], 30);
  EXPECT_EQ(links[0]["received"], 5);
  EXPECT_EQ(links[0]["lag"], 7);
  EXPECT_EQ(links[0]["out"], "up");
}

TEST_F(PageModelTest, AHugeHerdIsCut) {
  std::vector<peer::NodeView> views(HerdPicture::kMaxNodes + 3);
  const HerdPicture picture = TakePicture(views);
  EXPECT_EQ(picture.nodes.size(), HerdPicture::kMaxNodes);
  EXPECT_EQ(picture.nodes_left_out, 3U);
  EXPECT_EQ(json::parse(HerdFrame(picture, 0))["left_out"], 3);
}

TEST_F(PageModelTest, AFloodOfReportsShowsSomeOfThem) {
  Second();
  for (int i = 0; i < 1000; ++i) {
    Take("c" + std::to_string(i), "+" + std::to_string(i % 80) + "+" + std::to_string(i % 170));
  }
  EXPECT_EQ(Parsed(Second().tick)["seen"].size(), Seen::kMaxPoints);
  Take("one-more", "+1+1");
  EXPECT_EQ(Parsed(Second().tick)["seen"].size(), 1U);
}

TEST(MapScanTest, ALargeTableIsReadInTurns) {
  Table table{TableOptions{.herd = "seed", .node = "Clark", .probe_seed = 42}};
  const uint64_t clients = MapScan::kRecordsOfFirstTurns + 100'000;
  for (uint64_t i = 0; i < clients; ++i) {
    const std::string id = "c" + std::to_string(i);
    table.TakeReport({id, "+1+1", "1"}, kSecond);
  }
  MapScan scan(table, true);
  EXPECT_EQ(scan.Step(), nullptr);
  const auto first = scan.Step();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->clients, clients);
  EXPECT_FALSE(first->has_points);
  EXPECT_EQ(scan.Step(), nullptr) << "nothing has changed";
  scan.NoteChange();
  int turns = 1;
  while (scan.Step() == nullptr) ++turns;
  EXPECT_GE(turns, 8);
  EXPECT_EQ(scan.snapshot()->version, first->version + 1);
}

}  // namespace
}  // namespace proxyherd::page
