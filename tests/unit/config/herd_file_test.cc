// Tests the herd file: its meaning, and every error in it.
#include "config/herd_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace proxyherd::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kGood[] =
    "# the herd\n"
    "herd seed\n"
    "link Clark Bona  # before its nodes\n"
    "node Clark host=127.0.0.1 text=10003 grpc=11003 http=12003 at=+34.0689-118.4451\n"
    "node Bona\thost=127.0.0.1 text=10001 grpc=11001 http=12001 at=+1-1\r\n"
    "places host=127.0.0.1 grpc=11010 http=12010\n";

std::vector<std::string> Errors(const std::string& text) {
  return ParseHerdFile(text, "herd.conf").errors;
}

TEST(HerdFile, ReadsNodesLinksAndPlaces) {
  const HerdFileResult result = ParseHerdFile(kGood, "herd.conf");
  ASSERT_THAT(result.errors, ElementsAre());
  const HerdFile& herd = result.herd;
  EXPECT_EQ(herd.herd, "seed");
  ASSERT_EQ(herd.nodes.size(), 2U);
  EXPECT_EQ(herd.nodes[0].name, "Bona");
  EXPECT_EQ(herd.Find("Clark")->http_port, 12003);
  EXPECT_EQ(herd.Find("clark"), nullptr);
  EXPECT_THAT(herd.links, ElementsAre(Pair("Bona", "Clark")));
  EXPECT_THAT(herd.NeighboursOf("Bona"), ElementsAre("Clark"));
  EXPECT_EQ(herd.places->grpc_port, 11010);
}

TEST(HerdFile, NeighboursDialTheLinkPortWhereANodeHasOne) {
  HerdNode node{"A", "h", 1, 2, 3, 0, "+1-1"};
  EXPECT_EQ(LinkAddress(node), "h:2");
  node.link_port = 4;
  EXPECT_EQ(LinkAddress(node), "h:4");
  node.host = "::1";
  EXPECT_EQ(LinkAddress(node), "[::1]:4");
}

TEST(HerdFile, ReadsTheLinkPortOfTheNodesThatHaveOne) {
  const HerdFileResult result = ParseHerdFile(
      "herd seed\nlink A B\nnode A host=h text=1 grpc=2 http=3 at=+1-1 link=4\n"
      "node B host=h text=5 grpc=6 http=7 at=+1-1\n",
      "herd.conf");
  ASSERT_THAT(result.errors, ElementsAre());
  EXPECT_EQ(result.herd.Find("A")->link_port, 4);
  EXPECT_EQ(result.herd.Find("B")->link_port, 0);
}

TEST(HerdFile, TopologyHashCoversNamesAndLinksButNotAddresses) {
  const auto hash = [](std::string text, const std::string& from, const std::string& to) {
    if (!from.empty()) text.replace(text.find(from), from.size(), to);
    const HerdFileResult result = ParseHerdFile(text, "f");
    EXPECT_THAT(result.errors, ElementsAre());
    return result.herd.TopologyHash();
  };
  const uint64_t original = hash(kGood, "", "");
  EXPECT_EQ(hash(kGood, "grpc=11003", "grpc=21003"), original);
  EXPECT_EQ(hash(kGood, "http=12003", "http=12003 link=13003"), original);
  EXPECT_EQ(hash(kGood, "link Clark Bona", "link Bona Clark"), original);
  EXPECT_NE(hash(kGood, "herd seed", "herd other"), original);
  EXPECT_NE(hash(kGood, "link Clark Bona", ""), original);
}

TEST(HerdFile, ReportsEveryErrorWithFileAndLine) {
  const std::string node = " host=h text=1 grpc=2 http=3 at=+1-1\n";
  struct Case {
    std::string text;
    std::string error;
  };
  const Case cases[] = {
      {"herd\n", "herd.conf:1: expected `herd NAME`"},
      {"herd a\nherd b\n", "herd.conf:2: the herd already has a name"},
      {"heard a\n", "herd.conf:1: unknown fact `heard`"},
      {"\nnode\n", "herd.conf:2: expected `node NAME"},
      {"node A/B" + node, "herd.conf:1: expected `node NAME"},
      {"node A host=h text=1 grpc=2 http=3\n", "herd.conf:1: at= is missing"},
      {"node A host=h text=1 grpc=2 http=3 at=1\n", "herd.conf:1: at=1 is not a location"},
      {"node A host= text=1 grpc=2 http=3 at=+1-1\n", "herd.conf:1: host= has no value"},
      {"node A host=h host=i text=1 grpc=2 http=3 at=+1-1\n", "herd.conf:1: host= is given twice"},
      {"node A host=h tekst=1 grpc=2 http=3 at=+1-1\n", "herd.conf:1: unknown setting `tekst=1`"},
      {"node A host=h text=0 grpc=2 http=3 at=+1-1\n", "text=0 is not a port"},
      {"node A host=h text=65536 grpc=2 http=3 at=+1-1\n", "text=65536 is not a port"},
      {"node A host=h text=x grpc=2 http=3 at=+1-1\n", "text=x is not a port"},
      {"node A host=h text=2 grpc=2 http=3 at=+1-1\n", "port 2 of h is used in line 1 already"},
      {"node A link=4" + node + "node B link=4" + node, "port 4 of h is used in line 1 already"},
      {"node A link=2" + node, "port 2 of h is used in line 1 already"},
      {"node A link=0" + node, "herd.conf:1: link=0 is not a port from 1 to 65535"},
      {"node A link=65536" + node, "link=65536 is not a port"},
      {"node A link=" + node, "herd.conf:1: link= has no value"},
      {"node A link=4 link=5" + node, "herd.conf:1: link= is given twice"},
      {"node A" + node + "node A host=i text=1 grpc=2 http=3 at=+1-1\n",
       "herd.conf:2: node A is defined in line 1 already"},
      {"node A" + node + "link A B\n", "herd.conf:2: link with an unknown node B"},
      {"node A" + node + "link A A\n", "herd.conf:2: link of A with itself"},
      {"node A" + node + "link A\n", "herd.conf:2: expected `link NAME NAME`"},
      {"places host=h grpc=1\n", "herd.conf:1: http= is missing"},
      {"places host=h grpc=1 http=2 link=3\n", "unknown setting `link=3`; expected host=, grpc="},
      {"", "no `herd NAME` line"},
      {"herd a\n", "no `node` line"},
  };
  for (const Case& c : cases) EXPECT_THAT(Errors(c.text), Contains(HasSubstr(c.error))) << c.text;
}

TEST(HerdFile, ALinkWrittenTwiceIsAnErrorInEitherDirection) {
  EXPECT_THAT(Errors(std::string(kGood) + "link Bona Clark\n"),
              ElementsAre(HasSubstr("herd.conf:7: link Bona Clark is written in line 3 already")));
}

TEST(HerdFile, ReportsAllErrorsAtOnceInOrderOfLine) {
  EXPECT_THAT(
      Errors("herd seed\nlink A B\nnode A host=h text=1 grpc=2 http=3 at=+1-1\nfoo\n"),
      ElementsAre(HasSubstr(":2: link with an unknown node B"), HasSubstr(":4: unknown fact")));
}

TEST(HerdFile, LimitsTheLinksOfANode) {
  std::string text = "herd seed\nnode Hub host=hub text=1 grpc=2 http=3 at=+1-1\n";
  for (int i = 0; i < 32; ++i) {
    const std::string name = "n" + std::to_string(i);
    text +=
        "node " + name + " host=" + name + " text=1 grpc=2 http=3 at=+1-1\nlink Hub " + name + "\n";
  }
  EXPECT_THAT(Errors(text), ElementsAre(HasSubstr("Hub has more than 31 links")));
}

TEST(HerdFile, AMissingFileIsNamed) {
  EXPECT_THAT(std::string(ReadHerdFile("/nonexistent/herd.conf").status().message()),
              HasSubstr("/nonexistent/herd.conf: cannot be read"));
}

TEST(HerdFile, TellsWhetherItsLastLineHasAnEnd) {
  EXPECT_TRUE(ParseHerdFile("herd seed\n", "f").herd.whole);
  EXPECT_FALSE(ParseHerdFile("herd see", "f").herd.whole);
  EXPECT_TRUE(ParseHerdFile("", "f").herd.whole);
}

TEST(HerdFile, AFolderIsNoFile) {
  EXPECT_THAT(std::string(ReadHerdFile(::testing::TempDir()).status().message()),
              HasSubstr("cannot be read; is it a folder?"));
}

}  // namespace
}  // namespace proxyherd::config
