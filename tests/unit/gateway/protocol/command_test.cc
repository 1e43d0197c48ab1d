// Tests valid and invalid commands.
#include "gateway/protocol/command.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace proxyherd::gateway {
namespace {

TEST(ParseCommandTest, IamatHasThreeFieldsCopiedAsTheyAre) {
  const std::string line = "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503";
  const Command command = ParseCommand(line);
  const auto* iamat = std::get_if<Iamat>(&command);
  ASSERT_NE(iamat, nullptr);
  EXPECT_EQ(iamat->report.client, "kiwi.cs.ucla.edu");
  EXPECT_EQ(iamat->report.location, "+34.068930-118.445127");
  EXPECT_EQ(iamat->report.time, "1621464827.959498503");
  EXPECT_EQ(iamat->client_time_ns, 1'621'464'827'959'498'503);
  EXPECT_EQ(iamat->report.client.data(), line.data() + 6) << "parsed in place";
}

TEST(ParseCommandTest, WhatsatHasClientRadiusAndBound) {
  const Command command = ParseCommand("WHATSAT kiwi 10.25 5");
  const auto* whatsat = std::get_if<Whatsat>(&command);
  ASSERT_NE(whatsat, nullptr);
  EXPECT_EQ(whatsat->client, "kiwi");
  EXPECT_EQ(whatsat->radius_m, 10'250);
  EXPECT_EQ(whatsat->bound, 5);
}

TEST(ParseCommandTest, AnyOfTheSixWhiteSpaceBytesSeparatesFields) {
  for (const char space : {' ', '\t', '\r', '\n', '\f', '\v'}) {
    const std::string s(1, space);
    const std::string line = absl::StrCat(s, s, "WHATSAT", s, "kiwi", s, s, "1", s, "2", s);
    const Command command = ParseCommand(line);
    ASSERT_TRUE(std::holds_alternative<Whatsat>(command)) << static_cast<int>(space);
    EXPECT_EQ(std::get<Whatsat>(command).client, "kiwi");
  }
}

TEST(ParseCommandTest, NoOtherByteIsWhiteSpace) {
  for (int c = 0; c < 256; ++c) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    const std::string client = std::string("a") + static_cast<char>(c) + "b";
    const std::string line = "WHATSAT " + client + " 1 2";
    const Command command = ParseCommand(line);
    ASSERT_TRUE(std::holds_alternative<Whatsat>(command)) << c;
    EXPECT_EQ(std::get<Whatsat>(command).client, client);
  }
}

struct NumberCase {
  const char* text;
  double value;
};

TEST(ParseCommandTest, RadiusIsDecimalKilometresUpTo50) {
  const NumberCase valid[] = {{"0", 0},
                              {"0.0", 0},
                              {"50", 50'000},
                              {"50.000", 50'000},
                              {"0010", 10'000},
                              {"0.001", 1},
                              {"49.9999", 49'999.9},
                              {"000000000000000000000000000000000000050", 50'000}};
  for (const auto& [text, value] : valid) {
    const std::string line = std::string("WHATSAT c ") + text + " 1";
    const Command command = ParseCommand(line);
    ASSERT_TRUE(std::holds_alternative<Whatsat>(command)) << text;
    EXPECT_DOUBLE_EQ(std::get<Whatsat>(command).radius_m, value) << text;
  }
  for (const char* text :
       {"-1", "+1", "-0", "50.0000000000000000000000000001", "51", "1e1", "1.", ".5", ".", "1.2.3",
        "nan", "inf", "0x10", "1,5", "99999999999999999999", "\xC2\xA0_"}) {
    const std::string line = std::string("WHATSAT c ") + text + " 1";
    EXPECT_TRUE(std::holds_alternative<InvalidCommand>(ParseCommand(line))) << text;
  }
}

TEST(ParseCommandTest, RadiusTooSmallForADoubleIsZero) {
  const std::string line = "WHATSAT c 0." + std::string(400, '0') + "1 1";
  const Command command = ParseCommand(line);
  ASSERT_TRUE(std::holds_alternative<Whatsat>(command));
  EXPECT_EQ(std::get<Whatsat>(command).radius_m, 0);
}

TEST(ParseCommandTest, BoundIsAWholeNumberUpTo20) {
  const NumberCase valid[] = {{"0", 0}, {"05", 5}, {"20", 20}, {"00000000000000000000020", 20}};
  for (const auto& [text, value] : valid) {
    const std::string line = std::string("WHATSAT c 1 ") + text;
    const Command command = ParseCommand(line);
    ASSERT_TRUE(std::holds_alternative<Whatsat>(command)) << text;
    EXPECT_EQ(std::get<Whatsat>(command).bound, value) << text;
  }
  for (const char* text : {"+5", "5.0", "-0", "-1", "21", "1e1", "4294967297", "x"}) {
    const std::string line = std::string("WHATSAT c 1 ") + text;
    EXPECT_TRUE(std::holds_alternative<InvalidCommand>(ParseCommand(line))) << text;
  }
}

TEST(ParseCommandTest, TimeIsDigitsWithAnOptionalFraction) {
  for (const char* text : {"-1", "+1", "1.", ".5", "1e9", "nan", "inf", "9223372036.854775808"}) {
    const std::string line = std::string("IAMAT c +0+0 ") + text;
    EXPECT_TRUE(std::holds_alternative<InvalidCommand>(ParseCommand(line))) << text;
  }
  const Command last = ParseCommand("IAMAT c +0+0 9223372036.8547758079");
  ASSERT_TRUE(std::holds_alternative<Iamat>(last));
  EXPECT_EQ(std::get<Iamat>(last).client_time_ns, INT64_MAX);
}

TEST(ParseCommandTest, EverythingElseIsInvalidAndSaysItsVerb) {
  struct Case {
    std::string line;
    Verb verb;
  };
  const Case cases[] = {
      {"", Verb::kOther},
      {"   \t", Verb::kOther},
      {"iamat c +0+0 1", Verb::kOther},
      {"IAMATc +0+0 1", Verb::kOther},
      {"AT Clark +1.0 c +0+0 1", Verb::kOther},
      {std::string("IAMAT\0 c +0+0 1", 15), Verb::kOther},
      {"IAMAT", Verb::kIamat},
      {"IAMAT c +0+0", Verb::kIamat},
      {"IAMAT c +0+0 1 2", Verb::kIamat},
      {"WHATSAT c 1", Verb::kWhatsat},
      {"WHATSAT c 1 2 3 4 5", Verb::kWhatsat},
  };
  for (const Case& c : cases) {
    const Command command = ParseCommand(c.line);
    ASSERT_TRUE(std::holds_alternative<InvalidCommand>(command)) << c.line;
    EXPECT_EQ(std::get<InvalidCommand>(command).verb, c.verb) << c.line;
  }
}

}  // namespace
}  // namespace proxyherd::gateway
