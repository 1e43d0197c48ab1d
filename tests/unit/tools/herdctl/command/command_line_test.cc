// Tests herdctl's command line with its own table of commands.
#include "tools/herdctl/command/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tools/herdctl/command/bash_completion.h"
#include "tools/herdctl/command/command_help.h"
#include "tools/herdctl/command/commands.h"

namespace proxyherd::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

ParsedCommandLine Parse(const std::vector<std::string>& arguments,
                        const std::map<std::string, std::string>& environment = {}) {
  return ParseCommandLine(HerdctlCommands(), arguments, [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

// Returns the options of a valid command line.
Options Given(const std::vector<std::string>& arguments,
              const std::map<std::string, std::string>& environment = {}) {
  const ParsedCommandLine parsed = Parse(arguments, environment);
  EXPECT_NE(parsed.command, nullptr) << parsed.text;
  EXPECT_EQ(parsed.command == nullptr ? "" : parsed.command->name, arguments[0]);
  return parsed.options;
}

TEST(CommandLineTest, StatusHasDefaults) {
  const Options options = Given({"status"});
  EXPECT_EQ(options.herd_path, "deploy/herd.conf");
  EXPECT_EQ(options.wait_s, 0);
  EXPECT_FALSE(options.json);
}

TEST(CommandLineTest, ValuesStandBehindEqualSignsOrSpaces) {
  for (const auto& words :
       {std::vector<std::string>{"status", "--herd=x.conf", "--wait=30", "--json"},
        std::vector<std::string>{"status", "--json", "--wait", "30", "--herd", "x.conf"}}) {
    const Options options = Given(words);
    EXPECT_EQ(options.herd_path, "x.conf");
    EXPECT_EQ(options.wait_s, 30);
    EXPECT_TRUE(options.json);
  }
}

TEST(CommandLineTest, OptionsStandBeforeOrBehindArguments) {
  for (const auto& words : {std::vector<std::string>{"client", "Clark", "--herd=x.conf"},
                            std::vector<std::string>{"client", "--herd=x.conf", "Clark"}}) {
    EXPECT_EQ(Given(words).target, "Clark");
    EXPECT_EQ(Given(words).herd_path, "x.conf");
  }
}

TEST(CommandLineTest, APlaceMayBeSouthOfTheEquator) {
  for (const char* place : {"+34.0689-118.4451", "-33.8688+151.2093"}) {
    EXPECT_EQ(Given({"find-node", place, "--max=5"}).place, place);
    EXPECT_EQ(Given({"client", "--near", place}).place, place);
    EXPECT_EQ(Given({"client", std::string("--near=") + place}).place, place);
  }
  EXPECT_EQ(Given({"find-node", "+1+1", "--max=5"}).max_count, 5);
}

TEST(CommandLineTest, NothingIsAnOptionBehindTwoDashes) {
  EXPECT_EQ(Given({"notice", "--for=2h", "--", "--json"}).text, "--json");
  EXPECT_FALSE(Given({"notice", "--", "--json"}).json);
}

TEST(CommandLineTest, TheEnvironmentGivesWhatTheOptionDoesNot) {
  const std::map<std::string, std::string> environment = {
      {"HERDCTL_ADDR", "env:1"}, {"HERDCTL_HERD", "env.conf"}, {"HERDCTL_SERVICE", ""}};
  EXPECT_EQ(Given({"health"}, environment).address, "env:1");
  EXPECT_EQ(Given({"health", "--addr=option:2"}, environment).address, "option:2");
  EXPECT_EQ(Given({"health"}, environment).service, "");
  EXPECT_EQ(Given({"status"}, environment).herd_path, "env.conf");
  EXPECT_EQ(Given({"status", "--herd=option.conf"}, environment).herd_path, "option.conf");
}

TEST(CommandLineTest, ADrainWaitsUnlessToldNotTo) {
  const Options usual = Given({"drain", "Clark"});
  EXPECT_EQ(usual.node, "Clark");
  EXPECT_TRUE(usual.drain.wait);
  EXPECT_FALSE(usual.drain.even_if_alone);
  EXPECT_EQ(usual.drain.within_s, 20);
  const Options all = Given({"drain", "--no-wait", "--even-if-alone", "--within=5", "Clark"});
  EXPECT_FALSE(all.drain.wait);
  EXPECT_TRUE(all.drain.even_if_alone);
  EXPECT_EQ(all.drain.within_s, 5);
}

TEST(CommandLineTest, ARollingRestartTakesAnyNumberOfNodes) {
  EXPECT_TRUE(Given({"rolling-restart"}).rolling.nodes.empty());
  const Options options = Given({"rolling-restart", "Bona", "--start=run {}", "Clark",
                                 "--stop=end {}", "--end-within=1", "--back-within=2", "Jaquez"});
  EXPECT_EQ(options.rolling.nodes, (std::vector<std::string>{"Bona", "Clark", "Jaquez"}));
  EXPECT_EQ(options.rolling.start, "run {}");
  EXPECT_EQ(options.rolling.stop, "end {}");
  EXPECT_EQ(options.rolling.end_within_s, 1);
  EXPECT_EQ(options.rolling.back_within_s, 2);
}

TEST(CommandLineTest, HelpAndVersionAreNoErrors) {
  for (const auto& words : {std::vector<std::string>{"--help"},
                            std::vector<std::string>{"-h"},
                            std::vector<std::string>{"status", "--help"},
                            std::vector<std::string>{"find-node", "--herd=x", "-h"},
                            {"--version"}}) {
    const ParsedCommandLine parsed = Parse(words);
    EXPECT_EQ(parsed.command, nullptr);
    EXPECT_EQ(parsed.exit_code, 0) << parsed.text;
  }
  EXPECT_THAT(Parse({"--version"}).text, StartsWith("herdctl "));
  EXPECT_THAT(Parse({"status", "--help"}).text, StartsWith("Usage: herdctl status [--OPTION"));
}

TEST(CommandLineTest, SaysWhatIsWrong) {
  const struct {
    std::vector<std::string> arguments;
    const char* text;
    int exit_code = 2;
  } cases[] = {
      {{}, "herdctl: a command is required\nSee herdctl --help.\n"},
      {{""}, "a command is required"},
      {{"stauts"}, "there is no command stauts; did you mean 'status'?"},
      {{"find-nodes", "+1+1"}, "did you mean 'find-node'?"},
      {{"--versoin"}, "did you mean '--version'?"},
      {{"frobnicate"}, "there is no command frobnicate\n"},
      {{"status", "--nope"}, "herdctl status: there is no option --nope\nSee herdctl status"},
      {{"status", "--jsn"}, "there is no option --jsn; did you mean '--json'?"},
      {{"status", "--hred=x"}, "there is no option --hred; did you mean '--herd'?"},
      {{"nodes", "--hepl"}, "did you mean '--help'?"},
      {{"status", "-j"}, "there is no option -j"},
      {{"status", "--json=yes"}, "--json takes no value"},
      {{"status", "--wait"}, "--wait needs a value: --wait=SECONDS"},
      {{"status", "--wait", "--json"}, "--wait needs a value"},
      {{"status", "--herd="}, "--herd has an empty value"},
      {{"status", "--json", "--json"}, "--json is given twice"},
      {{"status", "--wait=-1"}, "--wait: '-1' is not a number of seconds from 0 to 3600"},
      {{"status", "--wait=soon"}, "--wait: 'soon'"},
      {{"status", "Clark"}, "unexpected argument 'Clark'"},
      {{"client"}, "give either TARGET or --near=PLACE"},
      {{"client", "Clark", "--near=+1+1"}, "give either TARGET or --near=PLACE"},
      {{"client", "Clark", "Bona"}, "unexpected argument 'Bona'"},
      {{"client", ""}, "TARGET is empty"},
      {{"find-node"}, "PLACE is required: Where the client is"},
      {{"find-node", "+1+1", "--max=0"}, "--max: '0' is not a whole number from 1 to 100"},
      {{"notice"}, "TEXT is required"},
      {{"notice", "words", "--for=31d"}, "--for: '31d' is not a time from 1 to 2592000 seconds"},
      {{"completion", "fish"}, "SHELL: only bash is supported"},
      {{"drain"}, "NODE is required"},
      {{"drain", "Clark", "--within=-1"}, "--within: '-1' is not a number of seconds"},
      {{"rolling-restart", ""}, "NODE is empty"},
      {{"rolling-restart", "--end-within=soon"}, "--end-within: 'soon'"},
      {{"rollin-restart"}, "did you mean 'rolling-restart'?"},
      {{"health"}, "--addr is required", 1},
      {{"health", "--nope"}, "there is no option --nope", 1},
  };
  for (const auto& c : cases) {
    const ParsedCommandLine parsed = Parse(c.arguments);
    EXPECT_EQ(parsed.command, nullptr);
    EXPECT_EQ(parsed.exit_code, c.exit_code) << parsed.text;
    EXPECT_THAT(parsed.text, HasSubstr(c.text));
    EXPECT_THAT(parsed.text, HasSubstr(" --help.\n"));
  }
}

// Tests properties of every row, including those added later.
TEST(CommandTableTest, RowsAreComplete) {
  std::set<std::string> names;
  for (const CommandRow& command : HerdctlCommands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_NE(command.run, nullptr) << command.name;
    EXPECT_THAT(command.help, Not(::testing::EndsWith("."))) << command.name;
    std::set<int> codes;
    for (const auto& [code, meaning] : command.exit_codes) codes.insert(code);
    EXPECT_TRUE(codes.contains(0)) << command.name;
    EXPECT_TRUE(codes.contains(command.usage_exit_code)) << command.name;
    for (const ArgumentRow& argument : command.arguments) EXPECT_NE(argument.set, nullptr);
    std::set<std::string> options;
    for (const OptionRow& option : command.options) {
      EXPECT_TRUE(options.insert(option.name).second) << command.name << " " << option.name;
      EXPECT_THAT(option.name, StartsWith("--"));
      EXPECT_NE(option.set, nullptr) << command.name << " " << option.name;
    }
  }
}

TEST(CommandTableTest, TheManualHasASectionForEach) {
  std::ifstream file(PROXYHERD_SOURCE_DIR "/docs/herdctl.md");
  std::ostringstream manual;
  manual << file.rdbuf();
  // HasSubstr would print the whole manual at a failure.
  const auto has = [&](const std::string& text) {
    return manual.str().find(text) != std::string::npos;
  };
  for (const CommandRow& command : HerdctlCommands()) {
    EXPECT_TRUE(has("\n## " + command.name + "\n")) << command.name;
    EXPECT_TRUE(has("| [`" + command.name + "`](#" + command.name + ") |")) << command.name;
  }
}

TEST(CommandTableTest, HelpAndCompletionTellOfAllThatIsParsed) {
  const std::string all = HelpOfAll(HerdctlCommands());
  const std::string completion = BashCompletion(HerdctlCommands(), "the.conf");
  EXPECT_THAT(completion, HasSubstr("herd=the.conf "));
  for (const CommandRow& command : HerdctlCommands()) {
    EXPECT_THAT(all, HasSubstr("\n  " + command.name + " "));
    EXPECT_THAT(completion, HasSubstr("\n    " + command.name + ")\n"));
    const std::string help = HelpOf(command);
    for (const ArgumentRow& argument : command.arguments) {
      EXPECT_THAT(help, HasSubstr("\n  " + argument.name + " "));
    }
    for (const OptionRow& option : command.options) {
      const std::string syntax = option.value.empty() ? "" : "=" + option.value;
      EXPECT_THAT(help, HasSubstr("\n  " + option.name + syntax + " "));
      EXPECT_THAT(completion, HasSubstr(option.name + (option.value.empty() ? "" : "=")));
    }
    for (const auto& [code, meaning] : command.exit_codes) {
      EXPECT_THAT(help, HasSubstr(meaning + "\n"));
    }
    std::string::size_type begin = 0;
    for (auto end = help.find('\n'); end != std::string::npos; end = help.find('\n', begin)) {
      EXPECT_LE(end - begin, 100U) << help.substr(begin, end - begin);
      begin = end + 1;
    }
  }
}

}  // namespace
}  // namespace proxyherd::tools
