// Tests the command lines of the two servers: all errors are reported together.
#include "node/options/node_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace proxyherd::node {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

template <typename Options>
OptionsOr<Options> Parse(OptionsOr<Options> (*parse)(int, const char* const*, const char* const*),
                         std::vector<std::string> arguments,
                         const std::vector<std::string>& variables = {}) {
  arguments.insert(arguments.begin(), "program");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::vector<const char*> environment;
  for (const std::string& variable : variables) environment.push_back(variable.c_str());
  environment.push_back(nullptr);
  return parse(static_cast<int>(argv.size()), argv.data(), environment.data());
}

// Writes a herd file for one test.
class NodeOptionsTest : public ::testing::Test {
 protected:
  NodeOptionsTest() { WriteHerd(kHerd); }
  ~NodeOptionsTest() override {
    std::remove(path_.c_str());
    std::remove(config_.c_str());
  }

  void WriteHerd(const std::string& text) { std::ofstream(path_) << text; }

  void WriteConfig(const std::string& text) { std::ofstream(config_) << text; }

  OptionsOr<NodeOptions> Node(std::vector<std::string> arguments,
                              const std::vector<std::string>& variables = {}) {
    return Parse(ParseNodeOptions, std::move(arguments), variables);
  }
  OptionsOr<CommonOptions> Places(std::vector<std::string> arguments) {
    return Parse(ParsePlacesOptions, std::move(arguments));
  }

  static constexpr char kHerd[] =
      "herd seed\n"
      "node Clark host=h text=10003 grpc=11003 http=12003 at=+1-1\n"
      "places host=p grpc=11010 http=12010\n";
  const std::string path_ =
      ::testing::TempDir() + "node_options_test." + std::to_string(getpid()) + ".conf";
  const std::string config_ = path_ + ".options";
};

TEST_F(NodeOptionsTest, TakesPortsAndPlacesFromTheHerdFile) {
  const auto parsed = Node({"--herd=" + path_, "--name=Clark"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->gateway.port, 10003);
  EXPECT_EQ(parsed.options->gateway.address, "127.0.0.1");
  EXPECT_EQ(parsed.options->places_address, "p:11010");
  EXPECT_EQ(parsed.options->max_clients, 10'000'000);
}

TEST_F(NodeOptionsTest, OptionsOverrideDefaults) {
  const auto parsed =
      Node({"--herd", path_, "--name=Clark", "--max_clients=5", "--idle_timeout_s=7",
            "--max_line_bytes=100", "--close_after_reply", "--places_address=embedded"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->max_clients, 5);
  EXPECT_EQ(parsed.options->gateway.session.idle_timeout_ns, 7 * kSecond);
  EXPECT_EQ(parsed.options->gateway.session.max_line_bytes, 100U);
  EXPECT_TRUE(parsed.options->gateway.session.close_after_first_reply);
  EXPECT_EQ(parsed.options->places_address, "");
}

TEST_F(NodeOptionsTest, TheCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile) {
  WriteConfig(
      "# options\n\n name = Clark\nmax_clients=1\n loops = 1\nmax_line_bytes = 101\nherd = " +
      path_ + "\nclose_after_reply = true\n");
  const auto parsed = Node({"--max_line_bytes=103", "--config", config_},
                           {"PROXYHERD_LOOPS=2", "PROXYHERD_MAX_LINE_BYTES=102", "HOME=/",
                            "PROXYHERD_SERVICE_HOST=10.0.0.1"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->name, "Clark");
  EXPECT_EQ(parsed.options->max_clients, 1);
  EXPECT_EQ(parsed.options->gateway.loops, 2);
  EXPECT_EQ(parsed.options->gateway.session.max_line_bytes, 103U);
  EXPECT_TRUE(parsed.options->gateway.session.close_after_first_reply);
}

TEST_F(NodeOptionsTest, TheEnvironmentNamesTheFileOfOptions) {
  WriteConfig("name = Clark\nherd = " + path_ + "\n");
  EXPECT_TRUE(Node({}, {"PROXYHERD_CONFIG=" + config_}).options.has_value());
  EXPECT_THAT(Node({"--config=/nowhere/at/all"}).text,
              HasSubstr("--config=/nowhere/at/all: cannot be read"));
  EXPECT_THAT(Node({"--config=/"}).text, HasSubstr("--config=/: cannot be read; is it a folder?"));
}

TEST_F(NodeOptionsTest, ErrorsOfAllSourcesAreToldWithTheirPlaces) {
  WriteConfig("name = Clark\nmax_clients = many\nwhat\n--loops = 1\nspeed = 5\nherd = " + path_);
  const auto parsed = Node({"--loops=-1", "--config", config_},
                           {"PROXYHERD_ACK_TIMEOUT=soon", "PROXYHERD_CLOSE_AFTER_REPLY=maybe"});
  EXPECT_EQ(parsed.exit_code, 2);
  for (const char* const error : {
           "--loops=-1: expected a whole number from 0 to 1024\n",
           "PROXYHERD_ACK_TIMEOUT=soon: expected a time like",
           "PROXYHERD_CLOSE_AFTER_REPLY=maybe: expected true or false\n",
           ":2: max_clients=many: expected a whole number",
           ":3: expected a line `name = value`\n",
           ":4: write the option without dashes\n",
           ":5: speed: unknown option\n",
       }) {
    EXPECT_THAT(parsed.text, HasSubstr(error));
  }
}

TEST_F(NodeOptionsTest, TheConfigurationCanBeCheckedAndPrinted) {
  const std::vector<std::string> right = {"--herd=" + path_, "--name=Clark"};
  auto arguments = right;
  arguments.emplace_back("--check_config");
  EXPECT_EQ(Node(arguments).exit_code, 0);
  EXPECT_EQ(Node(arguments).text, "The configuration is valid.\n");
  EXPECT_EQ(Node({"--check_config", "--herd=" + path_}).exit_code, 2);

  arguments = right;
  arguments.emplace_back("--print_config");
  const auto printed = Node(arguments, {"PROXYHERD_MAX_CLIENTS=7"});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_THAT(printed.text, HasSubstr("# command line\nname = Clark\n"));
  EXPECT_THAT(printed.text, HasSubstr("# PROXYHERD_MAX_CLIENTS\nmax_clients = 7\n"));
  EXPECT_THAT(printed.text, HasSubstr("# default\nack_after = local\n"));
  // Printed options are valid in a file.
  WriteConfig(printed.text);
  const auto again = Node({"--config=" + config_});
  ASSERT_TRUE(again.options.has_value()) << again.text;
  EXPECT_TRUE(again.options->common.provider.osm_files.empty());
  EXPECT_EQ(again.options->max_clients, 7);
}

TEST_F(NodeOptionsTest, OptionsThatMayComeSeveralTimesDoSoInAFileToo) {
  WriteConfig("places = osm\nplaces_osm = a.osm\nplaces_osm = b.osm\nherd = " + path_);
  const auto parsed = Places({"--config=" + config_});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->provider.osm_files, (std::vector<std::string>{"a.osm", "b.osm"}));
}

TEST_F(NodeOptionsTest, WithoutAPlacesLineANodeLooksPlacesUpItself) {
  WriteHerd("herd seed\nnode Clark host=h text=10003 grpc=11003 http=12003 at=+1-1\n");
  EXPECT_EQ(Node({"--herd=" + path_, "--name=Clark"}).options->places_address, "");
}

TEST_F(NodeOptionsTest, TellsAllErrorsAtOnce) {
  WriteHerd(
      "herd seed\nnode Clark host=h text=x grpc=11003 http=12003 at=+1-1\nlink Clark Clark\n");
  const auto parsed = Node({"--herd=" + path_, "--nmae=Clark", "--loops=-1", "--places=bing",
                            "--places_address=embedded", "--listen=0.0.0.0", "stray"});
  EXPECT_FALSE(parsed.options.has_value());
  EXPECT_EQ(parsed.exit_code, 2);
  EXPECT_THAT(parsed.text, AllOf(HasSubstr("unknown option or argument: --nmae=Clark"),
                                 HasSubstr("unknown option or argument: stray"),
                                 HasSubstr("--loops=-1: expected a whole number from 0 to 1024"),
                                 HasSubstr("--places=bing: there is no provider \"bing\""),
                                 HasSubstr(path_ + ":2: text=x is not a port"),
                                 HasSubstr(path_ + ":3: link of Clark with itself"),
                                 HasSubstr("--listen=0.0.0.0: gRPC would be plaintext")));
  EXPECT_THAT(parsed.text, HasSubstr("--name=NAME is missing"));
}

TEST_F(NodeOptionsTest, OnlyANodeWithALinkCanWaitForANeighbour) {
  const std::vector<std::string> arguments = {"--herd=" + path_, "--name=Clark",
                                              "--ack_after=neighbour", "--ack_timeout=700ms"};
  EXPECT_THAT(Node(arguments).text, HasSubstr("--ack_after=neighbour: Clark has no link in"));
  WriteHerd(std::string(kHerd) +
            "node Bona host=h text=10001 grpc=11001 http=12001 at=+1-1\nlink Bona Clark\n");
  const auto parsed = Node(arguments);
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_TRUE(parsed.options->ack_after_neighbour);
  EXPECT_EQ(parsed.options->ack_timeout_ns, 700 * kMillisecond);
  EXPECT_FALSE(Node({"--herd=" + path_, "--name=Clark"}).options->ack_after_neighbour);
}

TEST_F(NodeOptionsTest, NamesTheNodesWhenTheNameIsNotOne) {
  EXPECT_THAT(Node({"--herd=" + path_, "--name=Clrak"}).text,
              AllOf(HasSubstr("--name=Clrak"), HasSubstr("has only Clark")));
}

TEST_F(NodeOptionsTest, AMissingHerdFileIsNamed) {
  EXPECT_THAT(Node({"--name=Clark"}).text, HasSubstr("--herd=FILE is missing"));
  EXPECT_THAT(Node({"--name=Clark", "--herd=/nonexistent"}).text,
              HasSubstr("/nonexistent: cannot be read"));
}

TEST_F(NodeOptionsTest, PlaintextBeyondLoopbackNeedsItsFlag) {
  EXPECT_EQ(Node({"--herd=" + path_, "--name=Clark", "--listen=0.0.0.0"}).exit_code, 2);
  EXPECT_TRUE(
      Node({"--herd=" + path_, "--name=Clark", "--listen=0.0.0.0", "--insecure_peers"}).options);
  for (const char* loopback : {"127.0.0.1", "127.1.2.3", "::1"}) {
    EXPECT_TRUE(
        Node({"--herd=" + path_, "--name=Clark", "--listen=" + std::string(loopback)}).options);
  }
}

TEST_F(NodeOptionsTest, ListensOnNumericAddressesOnly) {
  for (const char* bad : {"localhost", "[::1]", "127.example.org", "1.2.3"}) {
    EXPECT_THAT(Node({"--herd=" + path_, "--name=Clark", "--listen=" + std::string(bad)}).text,
                HasSubstr("expected a numeric address"));
  }
}

TEST_F(NodeOptionsTest, HelpTeachesAndExitsWithZero) {
  const auto parsed = Node({"--help"});
  EXPECT_EQ(parsed.exit_code, 0);
  EXPECT_THAT(parsed.text, AllOf(HasSubstr("--max_clients"), HasSubstr("10,000,000"),
                                 HasSubstr("Example: herd-node --herd=")));
  EXPECT_EQ(Node({"--version"}).exit_code, 0);
}

TEST_F(NodeOptionsTest, TheTableIsAsLargeAsTheMemoryAllows) {
  const auto parsed = Node({"--herd=" + path_, "--name=Clark", "--memory=536870912"});
  ASSERT_TRUE(parsed.options.has_value()) << parsed.text;
  EXPECT_EQ(parsed.options->memory.table_bytes, 160U << 20);
  EXPECT_EQ(parsed.options->max_clients, 10'000'000);
  EXPECT_EQ(parsed.options->gateway.max_unsent_total_bytes, 64U << 20);
  EXPECT_EQ(parsed.options->gateway.memory_bytes, 64U << 20);
  const auto less = Node({"--herd=" + path_, "--name=Clark", "--memory=536870912",
                          "--max_table_bytes=100000000", "--max_clients=1000000"});
  ASSERT_TRUE(less.options.has_value()) << less.text;
  EXPECT_EQ(less.options->memory.table_bytes, 100'000'000U);
  EXPECT_EQ(less.options->max_clients, 1'000'000);
}

TEST_F(NodeOptionsTest, PlacesOfFilesTakeTheirPartOfTheMemory) {
  const std::vector<std::string> clark = {"--herd=" + path_, "--name=Clark", "--memory=536870912",
                                          "--places=osm", "--places_osm=x.osm.pbf"};
  auto embedded = clark;
  embedded.emplace_back("--places_address=embedded");
  ASSERT_TRUE(Node(embedded).options.has_value()) << Node(embedded).text;
  EXPECT_EQ(Node(embedded).options->memory.table_bytes, 96U << 20);
  EXPECT_EQ(Node(embedded).options->common.provider.osm_memory_bytes, 128U << 20);
  EXPECT_EQ(Node(clark).options->memory.table_bytes, 160U << 20) << "herd-places reads them";
  EXPECT_EQ(Places({"--herd=" + path_, "--memory=536870912"}).options->provider.osm_memory_bytes,
            384U << 20);
}

TEST_F(NodeOptionsTest, WhatCannotFitIsAnErrorThatNamesTheLargestThatDoes) {
  const auto both = Node({"--herd=" + path_, "--name=Clark", "--memory=536870912",
                          "--max_table_bytes=167772161", "--max_clients=10000000"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_THAT(both.text,
              AllOf(HasSubstr("--max_table_bytes=167772161: at most 167772160 fit in the memory of "
                              "512 MiB (set by --memory)"),
                    HasSubstr("--max_clients=10000000: at most 1677721 fit")));
  const auto connections =
      Node({"--herd=" + path_, "--name=Clark", "--memory=536870912", "--max_connections=4097",
            "--max_unsent_total_bytes=67108865", "--max_unsent_bytes=60000000"});
  EXPECT_THAT(connections.text,
              AllOf(HasSubstr("--max_connections=4097: at most 4096 fit in the memory of 512 MiB"),
                    HasSubstr("--max_unsent_total_bytes=67108865: at most 67108864 fit")));
  EXPECT_THAT(Node({"--herd=" + path_, "--name=Clark", "--memory=536870912",
                    "--max_unsent_total_bytes=65536", "--max_unsent_bytes=65537"})
                  .text,
              HasSubstr("65536 are less than the 65537 of --max_unsent_bytes"));
  EXPECT_TRUE(Node({"--herd=" + path_, "--name=Clark", "--memory=536870912",
                    "--max_table_bytes=167772160", "--max_clients=1677721"})
                  .options.has_value());
  EXPECT_THAT(
      Node({"--herd=" + path_, "--name=Clark", "--memory=100000000"}).text,
      HasSubstr("--memory: the memory of 95 MiB (set by --memory) is too little; a node needs at "
                "least 192 MiB. Set it with --memory=BYTES"));
  EXPECT_THAT(Node({"--herd=" + path_, "--name=Clark", "--max_table_bytes=1"}).text,
              HasSubstr("--max_table_bytes=1: expected 0, or at least 8388608"));
}

TEST_F(NodeOptionsTest, OptionsOfGooglesNeedGoogle) {
  const std::string herd = "--herd=" + path_;
  EXPECT_THAT(
      Places({herd, "--google_rank=popularity", "--places_api_key_file=k", "--google_attempts=1"})
          .text,
      AllOf(HasSubstr("--places_api_key_file, --google_rank, --google_attempts: not used"),
            HasSubstr("give --places=google")));
  // Printed options name all defaults, and are valid as they are.
  EXPECT_TRUE(Places({herd, "--google_rank=distance", "--google_attempts=3"}).options.has_value());
  WriteConfig(Places({herd, "--print_config"}).text);
  const auto again = Places({"--config=" + config_});
  EXPECT_TRUE(again.options.has_value()) << again.text;
  // A node that asks herd-places does not check the options of Google.
  EXPECT_TRUE(Node({herd, "--name=Clark", "--google_rank=popularity"}).options.has_value());
}

TEST_F(NodeOptionsTest, PlacesNeedsItsLineInTheHerdFile) {
  EXPECT_TRUE(Places({"--herd=" + path_}).options.has_value());
  WriteHerd("herd seed\nnode Clark host=h text=10003 grpc=11003 http=12003 at=+1-1\n");
  EXPECT_THAT(Places({"--herd=" + path_}).text, HasSubstr("has no line `places host=HOST"));
}

}  // namespace
}  // namespace proxyherd::node
