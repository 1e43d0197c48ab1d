// Tests the command line of herd-bench.
#include "bench/loader/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proxyherd::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

BenchOptions Parse(const std::vector<std::string>& arguments) {
  const ParsedBenchOptions parsed = ParseBenchOptions(arguments);
  EXPECT_TRUE(parsed.options.has_value()) << parsed.text;
  return parsed.options.value_or(BenchOptions());
}

TEST(BenchOptionsTest, DefaultsAreAsTheHelpSays) {
  const BenchOptions options = Parse({"127.0.0.1:10003"});
  EXPECT_EQ(options.work, Work::kIamat);
  EXPECT_EQ(options.connections, 50);
  EXPECT_EQ(options.depth, 1);
  EXPECT_EQ(options.pick, Pick::kUniform);
  EXPECT_EQ(options.move, Move::kNear);
  ASSERT_EQ(options.targets.size(), 1U);
  EXPECT_EQ(options.targets[0].host, "127.0.0.1");
  EXPECT_EQ(options.targets[0].port, 10003);
}

TEST(BenchOptionsTest, EverythingCanBeSaid) {
  const BenchOptions options =
      Parse({"--work=mixed", "--connections=3", "--seconds=0.5",   "--warmup=0", "--rate=2500",
             "--requests=7", "--clients=12",    "--pick=hot",      "--move=far", "--id_bytes=20",
             "--idle=9",     "--idle_spoke",    "--radius_km=1.5", "--bound=20", "--known",
             "--seed=4",     "--stamp=counter", "--pids=12,34",    "--json",     "--around=34,-118",
             "localhost:1",  "10.0.0.2:65535"});
  EXPECT_EQ(options.work, Work::kMixed);
  EXPECT_EQ(options.work_name, "mixed");
  EXPECT_EQ(options.connections, 3);
  EXPECT_EQ(options.seconds, 0.5);
  EXPECT_EQ(options.warmup_s, 0);
  EXPECT_EQ(options.rate, 2500);
  EXPECT_EQ(options.requests, 7U);
  EXPECT_EQ(options.clients, 12U);
  EXPECT_EQ(options.pick, Pick::kHot);
  EXPECT_EQ(options.move, Move::kFar);
  EXPECT_EQ(options.id_bytes, 20);
  EXPECT_EQ(options.idle, 9);
  EXPECT_TRUE(options.idle_spoke);
  EXPECT_EQ(options.radius_km, 1.5);
  EXPECT_EQ(options.bound, 20);
  EXPECT_TRUE(options.known);
  EXPECT_EQ(options.seed, 4U);
  EXPECT_EQ(options.stamp, Stamp::kCounter);
  EXPECT_THAT(options.pids, ElementsAre(12, 34));
  EXPECT_TRUE(options.json);
  ASSERT_EQ(options.targets.size(), 2U);
  EXPECT_EQ(options.targets[0].host, "localhost");
  EXPECT_EQ(options.targets[1].port, 65535);
}

TEST(BenchOptionsTest, WrongUsageIsTold) {
  struct Case {
    std::vector<std::string> arguments;
    std::string says;
  };
  const std::vector<Case> cases = {
      {{}, "targets"},
      {{"127.0.0.1"}, "127.0.0.1: expected HOST:PORT"},
      {{"127.0.0.1:0"}, "expected HOST:PORT"},
      {{"127.0.0.1:65536"}, "expected HOST:PORT"},
      {{"--work=iammat", "127.0.0.1:1"}, "iammat"},
      {{"--depth=0", "127.0.0.1:1"}, "depth"},
      {{"--connections=x", "127.0.0.1:1"}, "connections"},
      {{"--rate=5", "--depth=2", "127.0.0.1:1"}, "closed loop"},
      {{"--speed=5", "127.0.0.1:1"}, "--speed"},
      {{"--around=34", "127.0.0.1:1"}, "--around"},
      {{"--around=34,179", "127.0.0.1:1"}, "--around"},
      {{"--around=89,1", "127.0.0.1:1"}, "the latitude must be within 88"},
  };
  for (const Case& c : cases) {
    const ParsedBenchOptions parsed = ParseBenchOptions(c.arguments);
    EXPECT_FALSE(parsed.options.has_value());
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_THAT(parsed.text, HasSubstr(c.says));
    EXPECT_THAT(parsed.text, HasSubstr("See herd-bench --help."));
  }
}

TEST(BenchOptionsTest, HelpTeaches) {
  const ParsedBenchOptions parsed = ParseBenchOptions({"--help"});
  EXPECT_FALSE(parsed.options.has_value());
  EXPECT_EQ(parsed.exit_code, 0);
  for (const char* said : {"Open loop", "--rate", "--pids", "geosearch", "Example:", "Exit code"}) {
    EXPECT_THAT(parsed.text, HasSubstr(said));
  }
}

}  // namespace
}  // namespace proxyherd::bench
