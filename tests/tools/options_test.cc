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

TEST(OptionsTest, HealthTakesAnAddressAndAService) {
  const ParsedOptions parsed = ParseOptions({"health", "--addr=h:1", "--service=s"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->command, Options::Command::kHealth);
  EXPECT_EQ(parsed.options->address, "h:1");
  EXPECT_EQ(parsed.options->service, "s");
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
