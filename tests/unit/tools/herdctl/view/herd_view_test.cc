// Tests conclusions from the reports of a herd's members, and their display.
#include "tools/herdctl/view/herd_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tools/herdctl/view/herd_agreement.h"
#include "tools/herdctl/view/herd_table.h"

namespace proxyherd::tools {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kHerd = R"(
herd seed
node Ann host=h text=10 grpc=20 http=30 at=+1+1
node Bob host=h text=11 grpc=21 http=31 link=41 at=+1+1
node Cid host=h text=12 grpc=22 http=32 at=+1+1
link Ann Bob
link Bob Cid
places host=h grpc=29 http=39
)";

// A herd of three in a row, Ann - Bob - Cid; each test breaks something in it.
class HerdViewTest : public ::testing::Test {
 protected:
  HerdViewTest() : file_(config::ParseHerdFile(kHerd, "test").herd) {
    reports_["Ann"] = Serving({"Bob"});
    reports_["Bob"] = Serving({"Ann", "Cid"});
    reports_["Cid"] = Serving({"Bob"});
    places_.state = MemberState::kServing;
  }

  static MemberReport Serving(const std::vector<std::string>& neighbours) {
    MemberReport report;
    report.state = MemberState::kServing;
    report.records = 3;
    report.digest = "d3";
    for (const std::string& neighbour : neighbours) {
      report.links.push_back(
          {.neighbour = neighbour, .outgoing_up = true, .incoming_up = true, .agrees = true});
    }
    return report;
  }

  void Down(const std::string& name) {
    reports_[name] = MemberReport();
    reports_[name].problem = "nothing listens";
  }

  HerdView View() {
    std::vector<MemberReport> nodes;
    for (const config::HerdNode& node : file_.nodes) nodes.push_back(reports_.at(node.name));
    return MakeHerdView(file_, nodes, places_);
  }

  config::HerdFile file_;
  std::map<std::string, MemberReport> reports_;
  MemberReport places_;
};

TEST_F(HerdViewTest, NodesThatAreNearlyFullAndThoseThatBindOthersAreNamed) {
  MemberReport& ann = reports_["Ann"];
  ann.max_records = 100;
  ann.table_bytes = uint64_t{100} << 20;
  ann.max_table_bytes = uint64_t{160} << 20;
  EXPECT_THAT(Bounds(View()), IsEmpty());
  ann.table_bytes = uint64_t{152} << 20;
  ann.bound_by = reports_["Cid"].bound_by = "Bob takes no more than 100 clients";
  EXPECT_THAT(Bounds(View()),
              ElementsAre("Ann is 95 % full: 3 of 100 clients, 152 of 160 MiB of table",
                          "a node's limits bind the others: Bob takes no more than 100 clients"));
  ann.max_records = 3;
  EXPECT_THAT(RenderTable(View(), false),
              AllOf(HasSubstr("  Ann is 100 % full: 3 of 3 clients, 152 of 160 MiB of table\n"),
                    HasSubstr("\n  a node's limits bind the others: Bob takes")));
  Down("Ann");
  Down("Cid");
  EXPECT_THAT(Bounds(View()), IsEmpty());
}

TEST_F(HerdViewTest, AHealthyHerdIsAllUp) {
  const HerdView view = View();
  EXPECT_TRUE(AllUp(view));
  EXPECT_THAT(Problems(view), IsEmpty());
  EXPECT_EQ(CountServing(view), 3);
  EXPECT_EQ(CountLinksUp(view), 2);
  EXPECT_EQ(view.nodes[1].links_up, 2);
  EXPECT_EQ(view.nodes[1].links_configured, 2);
}

TEST_F(HerdViewTest, ALinkNeedsBothStreamsSeenFromBothEnds) {
  const std::vector<bool LinkEnd::*> directions = {&LinkEnd::outgoing_up, &LinkEnd::incoming_up};
  for (const char* name : {"Ann", "Bob"}) {
    for (const auto direction : directions) {
      reports_["Ann"] = Serving({"Bob"});
      reports_["Bob"] = Serving({"Ann", "Cid"});
      reports_[name].links[0].*direction = false;
      const HerdView view = View();
      EXPECT_FALSE(AllUp(view));
      EXPECT_EQ(CountLinksUp(view), 1);
      EXPECT_THAT(Problems(view), ElementsAre("the link Ann - Bob is down"));
    }
  }
}

TEST_F(HerdViewTest, SaysWhyALinkIsDown) {
  reports_["Cid"].links[0].outgoing_up = false;
  reports_["Cid"].links[0].reason = "refused";
  EXPECT_THAT(Problems(View()), ElementsAre("the link Bob - Cid is down: Cid says: refused"));
}

TEST_F(HerdViewTest, ALinkThatANodeDoesNotKnowIsDown) {
  reports_["Ann"].links.clear();
  EXPECT_EQ(CountLinksUp(View()), 1);
}

TEST_F(HerdViewTest, ANodeThatIsDisplacedSaysSoAndItsLinksAreSeen) {
  reports_["Bob"].state = MemberState::kUnready;
  reports_["Bob"].problem = "displaced: Ann is linked with another process of Bob";
  EXPECT_THAT(
      Problems(View()),
      ElementsAre("Bob is not ready: displaced: Ann is linked with another process of Bob"));
}

TEST_F(HerdViewTest, LinksOfANodeThatIsDownAreNoProblemsOfTheirOwn) {
  Down("Bob");
  const HerdView view = View();
  EXPECT_THAT(Problems(view), ElementsAre("Bob is down: nothing listens"));
  EXPECT_EQ(CountLinksUp(view), 0);
}

TEST_F(HerdViewTest, TheHerdIsNotUpWithoutItsPlaces) {
  places_.state = MemberState::kStarting;
  EXPECT_THAT(Problems(View()), ElementsAre("places is starting"));
}

TEST_F(HerdViewTest, ANodeThatIsStartingIsNotUp) {
  reports_["Ann"].state = MemberState::kStarting;
  EXPECT_FALSE(AllUp(View()));
}

TEST_F(HerdViewTest, NodesWithEqualTablesAgree) {
  const HerdView view = View();
  const HerdAgreement agreement = CheckAgreement(view);
  EXPECT_TRUE(agreement.agree);
  EXPECT_THAT(agreement.differences, IsEmpty());
  EXPECT_EQ(AgreementPhrase(view, agreement), "all three agree on 3 clients");
}

TEST_F(HerdViewTest, NodesWhoseLinksSayThatTheyAgreeDoSoThoughRecordsAreOnTheirWay) {
  reports_["Bob"].digest = "d4";
  reports_["Bob"].links[0].differing = 37;
  const HerdView view = View();
  const HerdAgreement agreement = CheckAgreement(view);
  EXPECT_TRUE(agreement.agree);
  EXPECT_EQ(AgreementPhrase(view, agreement), "all three agree on 3 clients, 37 in flight");
}

TEST_F(HerdViewTest, TellsWhoDiffersFromWhomByHowMany) {
  reports_["Cid"].digest = "d4";
  reports_["Cid"].links[0].agrees = false;
  reports_["Cid"].links[0].agreement_seconds = 7;
  reports_["Cid"].links[0].divergent = 12;
  const HerdView view = View();
  const HerdAgreement agreement = CheckAgreement(view);
  EXPECT_FALSE(agreement.agree);
  EXPECT_THAT(agreement.with_most, ElementsAre(true, true, false));
  EXPECT_THAT(agreement.differences,
              ElementsAre("Bob differs from Cid by 12 clients, for 7 s, and repair does not help"));
  EXPECT_EQ(AgreementPhrase(view, agreement), "only 2 of 3 agree");
  // Differing tables are no reason to call the herd down.
  EXPECT_TRUE(AllUp(view));
}

TEST_F(HerdViewTest, TellsThatALinkIsStillComparing) {
  reports_["Ann"].digest = "d4";
  reports_["Ann"].links[0].agrees = reports_["Bob"].links[0].agrees = false;
  reports_["Ann"].links[0].agreement_seconds = 1;
  EXPECT_THAT(CheckAgreement(View()).differences,
              ElementsAre("Ann and Bob are comparing their clients, for 1 s"));
}

TEST_F(HerdViewTest, PartsThatNoLinkJoinsDiffer) {
  reports_["Cid"].digest = "d9";
  reports_["Cid"].records = 9;
  reports_["Cid"].links[0] = {.neighbour = "Bob"};
  reports_["Bob"].links[1] = {.neighbour = "Cid"};
  EXPECT_THAT(CheckAgreement(View()).differences,
              ElementsAre("Cid differs from Ann and Bob, and no link between them is up"));
}

TEST_F(HerdViewTest, OfTwoTablesTheFullerOneIsTheOneToAgreeWith) {
  Down("Cid");
  reports_["Ann"].digest = "d9";
  reports_["Ann"].records = 9;
  reports_["Ann"].links[0].agrees = false;
  EXPECT_THAT(CheckAgreement(View()).with_most, ElementsAre(true, false, false));
}

TEST_F(HerdViewTest, TheTableShowsEverything) {
  EXPECT_EQ(RenderTable(View(), false),
            "NAME     TEXT   gRPC   HTTP  STATE         RECORDS  LINKS  TABLE\n"
            "Ann        10     20     30  serving             3    1/1  agrees\n"
            "Bob        11     21     31  serving             3    2/2  agrees\n"
            "Cid        12     22     32  serving             3    1/1  agrees\n"
            "places            29     39  serving\n"
            "\n"
            "3 of 3 nodes serve, 2 of 2 links are up, all three agree on 3 clients.\n");
}

TEST_F(HerdViewTest, TheTableNamesProblems) {
  Down("Cid");
  reports_["Bob"].links[1].outgoing_up = false;
  EXPECT_EQ(RenderTable(View(), false),
            "NAME     TEXT   gRPC   HTTP  STATE         RECORDS  LINKS  TABLE\n"
            "Ann        10     20     30  serving             3    1/1  agrees\n"
            "Bob        11     21     31  serving             3    1/2  agrees\n"
            "Cid        12     22     32  down                -    0/1  -\n"
            "places            29     39  serving\n"
            "\n"
            "2 of 3 nodes serve, 1 of 2 links are up, those two agree on 3 clients.\n"
            "  Cid is down: nothing listens\n");
}

TEST_F(HerdViewTest, TheTableShowsWhoDiffers) {
  reports_["Ann"].digest = "d4";
  reports_["Ann"].links[0].agrees = false;
  const std::string text = RenderTable(View(), false);
  EXPECT_THAT(text, HasSubstr("only 2 of 3 agree.\n  Ann and Bob are comparing"));
  EXPECT_THAT(text, HasSubstr("3    1/1  differs"));
}

TEST_F(HerdViewTest, ColourIsOnlyWhereItIsWanted) {
  EXPECT_THAT(RenderTable(View(), true), HasSubstr("\x1b[32mserving"));
  EXPECT_THAT(RenderTable(View(), false), Not(HasSubstr("\x1b")));
}

TEST_F(HerdViewTest, JsonSaysTheSame) {
  Down("Cid");
  const auto json = nlohmann::json::parse(RenderJson(View()));
  EXPECT_EQ(json["herd"], "seed");
  EXPECT_EQ(json["all_up"], false);
  EXPECT_EQ(json["all_agree"], true);
  EXPECT_EQ(json["clients"], 3);
  EXPECT_EQ(json["nodes"][0]["agrees"], true);
  EXPECT_EQ(json["nodes"][0]["links"][0]["agrees"], true);
  EXPECT_EQ(json["nodes"][0]["name"], "Ann");
  EXPECT_EQ(json["nodes"][0]["records"], 3);
  EXPECT_EQ(json["nodes"][0]["links"][0]["neighbour"], "Bob");
  EXPECT_EQ(json["nodes"][1]["link_port"], 41);
  EXPECT_FALSE(json["nodes"][0].contains("link_port"));
  EXPECT_EQ(json["nodes"][2]["state"], "down");
  EXPECT_EQ(json["nodes"][2]["problem"], "nothing listens");
  EXPECT_EQ(json["places"]["state"], "serving");
  EXPECT_EQ(json["links"][0]["up"], true);
  EXPECT_EQ(json["links"][1]["up"], false);
}

TEST_F(HerdViewTest, JsonSurvivesBytesThatAreNotUtf8) {
  reports_["Ann"].links[0].reason = "\xff";
  EXPECT_TRUE(nlohmann::json::accept(RenderJson(View())));
}

}  // namespace
}  // namespace proxyherd::tools
