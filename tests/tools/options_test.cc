// The command line of herdctl.
#include "tools/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proxyherd {
namespace {

using ::testing::HasSubstr;

TEST(OptionsTest, StatusHasDefaults) {
  const ParsedOptions parsed = ParseOptions({"status"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->command, Options::Command::kStatus);
  EXPECT_EQ(parsed.options->herd_path, "deploy/herd.conf");
  EXPECT_EQ(parsed.options->wait_s, 0);
  EXPECT_FALSE(parsed.options->json);
}

TEST(OptionsTest, StatusTakesAllOptions) {
  const ParsedOptions parsed = ParseOptions({"status", "--herd=x.conf", "--wait=30", "--json"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->herd_path, "x.conf");
  EXPECT_EQ(parsed.options->wait_s, 30);
  EXPECT_TRUE(parsed.options->json);
}

TEST(OptionsTest, ClientTakesATarget) {
  const ParsedOptions parsed = ParseOptions({"client", "Clark", "--herd=x.conf"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->command, Options::Command::kClient);
  EXPECT_EQ(parsed.options->target, "Clark");
}

TEST(OptionsTest, ClientTakesAPlaceInstead) {
  const ParsedOptions parsed = ParseOptions({"client", "--near", "-33.8688+151.2093"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->place, "-33.8688+151.2093");
  EXPECT_TRUE(parsed.options->target.empty());
}

TEST(OptionsTest, HealthTakesAnAddressAndAService) {
  const ParsedOptions parsed = ParseOptions({"health", "--addr=h:1", "--service=s"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->command, Options::Command::kHealth);
  EXPECT_EQ(parsed.options->address, "h:1");
  EXPECT_EQ(parsed.options->service, "s");
}

TEST(OptionsTest, NodesAreAskedOfAnyNode) {
  const ParsedOptions parsed = ParseOptions({"nodes", "--node=Bona", "--json"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->command, Options::Command::kNodes);
  EXPECT_EQ(parsed.options->node, "Bona");
  EXPECT_TRUE(parsed.options->json);
}

TEST(OptionsTest, FindNodeTakesAPlaceOnEitherHalfOfTheEarth) {
  for (const char* place : {"+34.0689-118.4451", "-33.8688+151.2093"}) {
    const ParsedOptions parsed = ParseOptions({"find-node", place, "--max=5"});
    ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
    EXPECT_EQ(parsed.options->command, Options::Command::kFindNode);
    EXPECT_EQ(parsed.options->place, place);
    EXPECT_EQ(parsed.options->most, 5);
  }
}

TEST(OptionsTest, ANoticeHasALifetime) {
  const std::pair<const char*, int64_t> cases[] = {
      {"90", 90}, {"90s", 90}, {"30m", 1800}, {"2h", 7200}, {"1d", 86400}};
  for (const auto& [text, seconds] : cases) {
    const ParsedOptions parsed = ParseOptions({"notice", "maintenance at 22:00", "--for", text});
    ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
    EXPECT_EQ(parsed.options->command, Options::Command::kNotice);
    EXPECT_EQ(parsed.options->text, "maintenance at 22:00");
    EXPECT_EQ(parsed.options->lifetime_s, seconds);
  }
  EXPECT_EQ(ParseOptions({"notice", "words"}).options->lifetime_s, 3600);
}

TEST(OptionsTest, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(ParseOptions({"--help"}).exit_code, 0);
  EXPECT_THAT(ParseOptions({"--help"}).text, HasSubstr("status"));
  EXPECT_EQ(ParseOptions({"status", "--help"}).exit_code, 0);
  EXPECT_THAT(ParseOptions({"--version"}).text, HasSubstr("herdctl "));
}

TEST(OptionsTest, SaysWhatIsWrong) {
  const struct {
    std::vector<std::string> arguments;
    const char* text;
    int exit_code;
  } cases[] = {
      {{}, "subcommand is required", 2},
      {{"stauts"}, "Did you mean 'status'?", 2},
      {{"status", "--nope"}, "--nope", 2},
      {{"status", "--wait=-1"}, "--wait", 2},
      {{"status", "--wait=soon"}, "--wait", 2},
      {{"client"}, "target is required", 2},
      {{"client", "Clark", "Bona"}, "Bona", 2},
      {{"client", "Clark", "--near=+1+1"}, "excludes", 2},
      {{"find-nodes", "+1+1"}, "Did you mean 'find-node'?", 2},
      {{"find-node"}, "place is required", 2},
      {{"find-node", "+1+1", "--max=0"}, "--max", 2},
      {{"notice"}, "text is required", 2},
      {{"notice", "words", "--for=soon"}, "--for", 2},
      {{"notice", "words", "--for=0"}, "--for", 2},
      {{"notice", "words", "--for=31d"}, "--for", 2},
      {{"health"}, "--addr is required", 1},
      {{"health", "--nope"}, "", 1},
  };
  for (const auto& c : cases) {
    const ParsedOptions parsed = ParseOptions(c.arguments);
    EXPECT_FALSE(parsed.options.has_value());
    EXPECT_EQ(parsed.exit_code, c.exit_code) << parsed.text;
    EXPECT_THAT(parsed.text, HasSubstr(c.text));
  }
}

}  // namespace
}  // namespace proxyherd
