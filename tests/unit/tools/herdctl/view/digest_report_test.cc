// Tests the meaning of two looks at tables, and the report of it.
#include "tools/herdctl/view/digest_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxyherd::tools {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using State = std::optional<KnownReport>;

State At(int64_t reported_ns, int64_t received_ns = 0) {
  KnownReport report;
  report.reported_ns = reported_ns;
  report.received_ns = received_ns;
  report.time = std::to_string(reported_ns);
  return report;
}
const State kNone = std::nullopt;

DigestLook Look(std::vector<ClientStates> clients) { return {std::move(clients), true}; }

TEST(CompareLooksTest, WhatIsBehindInBothLooksIsADifference) {
  const DigestLook look = Look({{"kiwi", {At(2), kNone, At(1)}}});
  const DigestFindings findings = CompareLooks(look, look);
  EXPECT_EQ(findings.in_flight, 0U);
  ASSERT_EQ(findings.differences.size(), 1U);
  EXPECT_THAT(findings.differences[0].newest, ElementsAre(0));
  EXPECT_THAT(findings.differences[0].lacking, ElementsAre(1));
  EXPECT_THAT(findings.differences[0].older, ElementsAre(2));
}

TEST(CompareLooksTest, WhatMovesIsInFlight) {
  const struct {
    const char* what;
    std::vector<ClientStates> first;
    std::vector<ClientStates> second;
    size_t in_flight;
    size_t differences;
  } cases[] = {
      {"arrived meanwhile", {{"kiwi", {At(1), kNone}}}, {}, 0, 0},
      {"differs only now", {}, {{"kiwi", {At(1), kNone}}}, 1, 0},
      {"a hot client, both move", {{"kiwi", {At(2), At(1)}}}, {{"kiwi", {At(9), At(8)}}}, 1, 0},
      {"the one behind has moved", {{"kiwi", {At(2), At(1)}}}, {{"kiwi", {At(2), At(1, 7)}}}, 1, 0},
      {"was ahead, is behind now", {{"kiwi", {At(1), At(2)}}}, {{"kiwi", {At(3), At(2)}}}, 1, 0},
      {"stuck while others move", {{"kiwi", {At(2), At(1)}}}, {{"kiwi", {At(9), At(1)}}}, 0, 1},
      {"lacks it while it moves", {{"kiwi", {At(2), kNone}}}, {{"kiwi", {At(9), kNone}}}, 0, 1},
      {"one of two", {{"a", {At(1), kNone}}}, {{"a", {At(1), kNone}}, {"b", {kNone, At(1)}}}, 1, 1},
  };
  for (const auto& c : cases) {
    const DigestFindings findings = CompareLooks(Look(c.first), Look(c.second));
    EXPECT_EQ(findings.in_flight, c.in_flight) << c.what;
    EXPECT_EQ(findings.differences.size(), c.differences) << c.what;
  }
}

TEST(CompareLooksTest, IsCompleteWhenBothLooksAre) {
  const DigestLook whole;
  const DigestLook cut{{}, false};
  EXPECT_TRUE(CompareLooks(whole, whole).complete);
  EXPECT_FALSE(CompareLooks(whole, cut).complete);
  EXPECT_FALSE(CompareLooks(cut, whole).complete);
}

TEST(IsNewerTest, TimeThenEarlierReceiptThenTexts) {
  EXPECT_TRUE(IsNewer(*At(2, 1), *At(1, 9)));
  EXPECT_FALSE(IsNewer(*At(1, 9), *At(2, 1)));
  EXPECT_TRUE(IsNewer(*At(1, 1), *At(1, 2)));
  EXPECT_FALSE(IsNewer(*At(1, 1), *At(1, 1)));
  KnownReport bona = *At(1, 1);
  KnownReport clark = bona;
  bona.server = "Bona";
  clark.server = "Clark";
  EXPECT_TRUE(IsNewer(clark, bona));
}

// Makes a herd of nodes that serve, or do not.
HerdView View(const std::vector<std::pair<std::string, MemberState>>& nodes) {
  HerdView view;
  view.herd = "seed";
  for (const auto& [name, state] : nodes) {
    MemberView member;
    member.name = name;
    member.report.state = state;
    member.report.records = 12;
    member.report.digest = "00000000deadbeef";
    if (state == MemberState::kDown) member.report.problem = "nothing listens";
    view.nodes.push_back(member);
  }
  return view;
}

constexpr MemberState kUp = MemberState::kServing;
const HerdView kThree = View({{"Bailey", kUp}, {"Bona", kUp}, {"Clark", kUp}});

DigestFindings Differing(const std::vector<ClientStates>& clients) {
  return CompareLooks(Look(clients), Look(clients));
}

TEST(DigestReportTest, EqualDigestsAgree) {
  const DigestReport report{kThree, {"Bailey", "Bona", "Clark"}, std::nullopt};
  EXPECT_TRUE(AllAgree(report));
  EXPECT_EQ(RenderDigest(report, 10),
            "NODE    STATE         CLIENTS  DIGEST\n"
            "Bailey  serving            12  00000000deadbeef\n"
            "Bona    serving            12  00000000deadbeef\n"
            "Clark   serving            12  00000000deadbeef\n"
            "\n"
            "All three agree on 12 clients.\n");
}

TEST(DigestReportTest, WhatIsInFlightIsNoDifference) {
  DigestFindings findings;
  findings.in_flight = 37;
  const DigestReport report{kThree, {"Bailey", "Bona", "Clark"}, findings};
  EXPECT_TRUE(AllAgree(report));
  EXPECT_THAT(RenderDigest(report, 10),
              HasSubstr("All three agree on 12 clients, 37 in flight.\n"));
}

TEST(DigestReportTest, SaysWhoLacksWhatAndWhoHasOlder) {
  const DigestReport report{kThree,
                            {"Bailey", "Bona", "Clark"},
                            Differing({{"plum", {At(1), kNone, At(1)}},
                                       {"kiwi", {At(1), kNone, At(1)}},
                                       {"pear", {At(1), kNone, At(1)}},
                                       {"fig", {At(2), At(2), At(1)}}})};
  EXPECT_FALSE(AllAgree(report));
  const std::string text = RenderDigest(report, 2);
  EXPECT_THAT(text, HasSubstr("\n4 clients differ between the three nodes.\n"));
  EXPECT_THAT(text, HasSubstr("  Bona lacks 3 clients that Bailey and Clark have: kiwi, pear and "
                              "1 more\n"));
  EXPECT_THAT(text,
              HasSubstr("  Clark has an older report than Bailey and Bona of 1 client: fig\n"));
  EXPECT_THAT(text, HasSubstr("DIFFER BY     Bailey       Bona      Clark\n"
                              "Bailey             -          3          1\n"
                              "Bona               3          -          4\n"
                              "Clark              1          4          -\n"));
}

TEST(DigestReportTest, NodesThatDoNotServeAreNamed) {
  const DigestReport report{
      View({{"Bailey", kUp}, {"Bona", MemberState::kDown}, {"Clark", MemberState::kStarting}}),
      {"Bailey"},
      std::nullopt};
  EXPECT_FALSE(AllAgree(report));
  const std::string text = RenderDigest(report, 10);
  EXPECT_THAT(text, HasSubstr("Bailey knows 12 clients.\n"));
  EXPECT_THAT(text, HasSubstr("  Bona is down: nothing listens\n  Clark is starting\n"));
  const DigestReport two{View({{"Bailey", kUp}, {"Bona", MemberState::kDown}, {"Clark", kUp}}),
                         {"Bailey", "Clark"},
                         std::nullopt};
  EXPECT_THAT(RenderDigest(two, 10), HasSubstr("Those two agree on 12 clients.\n"));
  const DigestReport none{View({{"Bailey", MemberState::kDown}}), {}, std::nullopt};
  EXPECT_THAT(RenderDigest(none, 10), HasSubstr("No node serves.\n"));
  EXPECT_FALSE(AllAgree(none));
}

TEST(DigestReportTest, ACutComparisonIsSaidSo) {
  DigestFindings findings = Differing({{"kiwi", {At(1), kNone, At(1)}}});
  findings.complete = false;
  const DigestReport report{kThree, {"Bailey", "Bona", "Clark"}, findings};
  EXPECT_THAT(RenderDigest(report, 10), HasSubstr("At least 1 client differs between"));
  EXPECT_THAT(RenderDigest(report, 10), HasSubstr("More may differ"));
}

TEST(DigestReportTest, AnIdCannotDriveTheTerminal) {
  const DigestReport report{
      kThree, {"Bailey", "Bona", "Clark"}, Differing({{"\x1b[2J", {At(1), kNone, At(1)}}})};
  EXPECT_THAT(RenderDigest(report, 10), Not(HasSubstr("\x1b")));
  EXPECT_THAT(RenderDigest(report, 10), HasSubstr("\\x1b[2J"));
}

TEST(DigestReportTest, JsonHasTheSame) {
  const DigestReport report{
      kThree,
      {"Bailey", "Bona", "Clark"},
      Differing({{"kiwi", {At(1), kNone, At(1)}}, {"pear", {At(1), kNone, At(1)}}})};
  const auto json = nlohmann::json::parse(RenderDigestJson(report, 1));
  EXPECT_EQ(json["all_agree"], false);
  EXPECT_EQ(json["differing"], 2);
  EXPECT_EQ(json["in_flight"], 0);
  EXPECT_EQ(json["nodes"].size(), 3U);
  ASSERT_EQ(json["differences"].size(), 1U);
  const auto& difference = json["differences"][0];
  EXPECT_EQ(difference["node"], "Bona");
  EXPECT_EQ(difference["kind"], "lacks");
  EXPECT_EQ(difference["newest_at"], nlohmann::json({"Bailey", "Clark"}));
  EXPECT_EQ(difference["count"], 2);
  ASSERT_EQ(difference["clients"].size(), 1U);
  EXPECT_EQ(difference["clients"][0]["client_id"], "kiwi");
  EXPECT_TRUE(difference["clients"][0]["here"].is_null());
  EXPECT_EQ(difference["clients"][0]["newest"]["time"], "1");
}

}  // namespace
}  // namespace proxyherd::tools
