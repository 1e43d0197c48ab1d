// Tests which changes a reload of the configuration applies, and which it refuses.
#include "node/options/reload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "node/herd_shape.h"
#include "node/options/node_options.h"

namespace proxyherd::node {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kHerd[] =
    "herd seed\n"
    "node Bona host=b text=1 grpc=2 http=3 at=+1-1\n"
    "node Clark host=c text=1 grpc=2 http=3 at=+1-1\n"
    "node Jaquez host=j text=1 grpc=2 http=3 at=+1-1\n"
    "link Bona Clark\n"
    "link Clark Jaquez\n"
    "places host=p grpc=7 http=8\n";

// Clark's options, from a herd file and a file of options.
class ReloadTest : public ::testing::Test {
 protected:
  ReloadTest() {
    Write(herd_path_, kHerd);
    Write(config_path_, "max_clients = 10\nloops = 1\n");
    running_ = *Read().options;
  }
  ~ReloadTest() override {
    std::remove(herd_path_.c_str());
    std::remove(config_path_.c_str());
  }

  static void Write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::trunc) << text;
  }
  // Replaces a part of the herd file.
  void Change(const std::string& from, const std::string& to) {
    Write(herd_path_, absl::StrReplaceAll(kHerd, {{from, to}}));
  }
  OptionsOr<NodeOptions> Read() {
    const std::vector<std::string> arguments = {"herd-node", "--name=Clark", "--herd=" + herd_path_,
                                                "--config=" + config_path_};
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return ParseNodeOptions(static_cast<int>(argv.size()), argv.data(), nullptr);
  }
  OptionsOr<CommonOptions> ReadPlaces() {
    const std::vector<std::string> arguments = {"herd-places", "--herd=" + herd_path_};
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return ParsePlacesOptions(static_cast<int>(argv.size()), argv.data(), nullptr);
  }
  // Reads the configuration and applies it.
  ReloadReport Reload() {
    ReloadPlan<NodeOptions> plan = PlanReload(running_, Read());
    running_ = plan.next;
    return plan.report;
  }
  void ExpectUnchanged(const config::HerdFile& before) {
    EXPECT_EQ(running_.common.herd.TopologyHash(), before.TopologyHash());
    EXPECT_EQ(running_.max_clients, 10);
  }

  const std::string herd_path_ =
      ::testing::TempDir() + "reload_test." + std::to_string(getpid()) + ".conf";
  const std::string config_path_ = herd_path_ + ".options";
  NodeOptions running_;
};

TEST_F(ReloadTest, TheSameFilesChangeNothing) {
  const ReloadReport report = Reload();
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(report.changes, IsEmpty());
  EXPECT_THAT(report.waiting, IsEmpty());
}

TEST_F(ReloadTest, SomeOptionsChangeAtOnceAndOthersWaitForARestart) {
  Write(config_path_,
        "max_clients = 20\nloops = 2\nlog_level = debug\nidle_timeout_s = 5\n"
        "max_future = 60s\nmax_unsent_bytes = 8192\n");
  const ReloadReport report = Reload();
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(report.changes,
              UnorderedElementsAre("max_clients is 20 (was 10)", "log_level is debug (was info)",
                                   "idle_timeout_s is 5 (was 3600)", "max_future is 60s (was 0)"));
  EXPECT_THAT(report.waiting,
              UnorderedElementsAre("loops stays 1; 2 needs a restart",
                                   "max_unsent_bytes stays 65536; 8192 needs a restart"));
  EXPECT_EQ(running_.max_clients, 20);
  EXPECT_EQ(running_.max_future_ns, 60 * kSecond);
  EXPECT_EQ(running_.common.log_level, server::LogLevel::kDebug);
  EXPECT_EQ(running_.gateway.session.idle_timeout_ns, 5 * kSecond);
  EXPECT_EQ(running_.gateway.loops, 1);
  EXPECT_EQ(running_.gateway.session.max_unsent_bytes, 65536U);
}

TEST_F(ReloadTest, WhatWaitsIsNamedUntilItIsTakenBack) {
  Write(config_path_, "max_clients = 10\nloops = 2\n");
  EXPECT_THAT(Reload().waiting, SizeIs(1));
  EXPECT_THAT(Reload().waiting, SizeIs(1));
  Write(config_path_, "max_clients = 10\nloops = 1\n");
  EXPECT_THAT(Reload().waiting, IsEmpty());
}

TEST_F(ReloadTest, EveryOptionThatIsMarkedInTheHelpIsTakenOver) {
  Write(
      config_path_,
      "max_clients = 1\nmax_connections = 2\nlog_lines_per_second = 3\n"
      "first_line_timeout_s = 4\nidle_timeout_s = 5\nwrite_stall_timeout_s = 6\n"
      "max_table_bytes = 8400000\nmax_future = 7s\nclose_after_reply = true\nlog_level = error\n");
  const ReloadReport report = Reload();
  EXPECT_THAT(report.waiting, SizeIs(1)) << "loops, which is not in the file any more";
  EXPECT_EQ(running_.max_clients, 1);
  EXPECT_EQ(running_.gateway.max_connections, 2);
  EXPECT_EQ(running_.gateway.log_lines_per_second, 3);
  EXPECT_EQ(running_.gateway.session.first_line_timeout_ns, 4 * kSecond);
  EXPECT_EQ(running_.gateway.session.idle_timeout_ns, 5 * kSecond);
  EXPECT_EQ(running_.gateway.session.write_stall_timeout_ns, 6 * kSecond);
  EXPECT_EQ(running_.max_future_ns, 7 * kSecond);
  EXPECT_EQ(running_.memory.table_bytes, 8'400'000U);
  EXPECT_TRUE(running_.gateway.session.close_after_first_reply);
  EXPECT_EQ(running_.common.log_level, server::LogLevel::kError);
  // These and the herd file are all reloadable settings.
  EXPECT_THAT(report.changes, SizeIs(10));
  int marked = 0;
  for (const auto& [name, value] : running_.common.values) marked += ChangesAtReload(name) ? 1 : 0;
  EXPECT_EQ(marked, 11);
}

TEST_F(ReloadTest, AllErrorsOfAllFilesAreToldAndNothingChanges) {
  const config::HerdFile before = running_.common.herd;
  Write(config_path_, "max_clients = many\nloops = -1\n");
  Change("link Clark Jaquez", "link Clark Zoe");
  const ReloadReport report = Reload();
  EXPECT_THAT(report.errors,
              Contains(config_path_ + ":1: max_clients=many: expected a whole number "
                                      "from 0 to 4000000000"));
  EXPECT_THAT(report.errors, Contains(HasSubstr(config_path_ + ":2: loops=-1")));
  EXPECT_THAT(report.errors, Contains(herd_path_ + ":6: link with an unknown node Zoe"));
  EXPECT_THAT(report.changes, IsEmpty());
  ExpectUnchanged(before);
}

TEST_F(ReloadTest, OneErrorKeepsTheRestFromChanging) {
  const config::HerdFile before = running_.common.herd;
  Write(config_path_, "max_clients = 20\nloops = -1\n");
  EXPECT_THAT(Reload().errors, SizeIs(1));
  ExpectUnchanged(before);
}

// The same must hold however much of the file has been written when SIGHUP arrives.
TEST_F(ReloadTest, AFileThatIsHalfWrittenIsNeverTakenForAWholeOne) {
  const std::string text = kHerd;
  const config::HerdFile before = running_.common.herd;
  const size_t links_begin = text.find("link Bona");
  for (size_t size = 0; size < text.size(); ++size) {
    Write(herd_path_, text.substr(0, size));
    const ReloadReport report = Reload();
    // Beyond its first link, a prefix may be another complete file.
    if (size <= links_begin || text[size - 1] != '\n') {
      EXPECT_THAT(report.errors, ::testing::Not(IsEmpty())) << size;
      ExpectUnchanged(before);
    } else {
      running_.common.herd = before;
    }
  }
  Write(herd_path_, text);
  Write(config_path_, "max_clients = 1");
  EXPECT_THAT(Reload().errors,
              ElementsAre(AllOf(HasSubstr(config_path_), HasSubstr("last line has no newline"))));
  ExpectUnchanged(before);
}

TEST_F(ReloadTest, NodesAndLinksComeAndGo) {
  Change("link Clark Jaquez",
         "node Zoe host=z text=1 grpc=2 http=3 at=+1-1\nlink Clark Zoe\nlink Bona Jaquez");
  const ReloadReport report = Reload();
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(report.changes,
              UnorderedElementsAre("Zoe is a node of the herd now", "the link to Jaquez ends",
                                   "a link to Zoe begins, at z:2"));
  EXPECT_THAT(ShapeOf(running_.common.herd, "Clark").neighbours, ElementsAre("Bona", "Zoe"));
  EXPECT_EQ(AddressesOf(running_.common.herd, "Clark").at("Zoe"), "z:2");
  Write(herd_path_, kHerd);
  EXPECT_THAT(Reload().changes,
              UnorderedElementsAre("Zoe is no longer a node of the herd", "the link to Zoe ends",
                                   "a link to Jaquez begins, at j:2"));
}

TEST_F(ReloadTest, LinksOfOthersAreAChangeToo) {
  Change("link Bona Clark", "link Bona Clark\nlink Bona Jaquez");
  EXPECT_THAT(Reload().changes, ElementsAre("links between other nodes have changed"));
}

TEST_F(ReloadTest, ANeighbourMayMoveAndThisNodeMayNot) {
  Change("host=b text=1 grpc=2", "host=bb text=1 grpc=22");
  EXPECT_THAT(Reload().changes, ElementsAre("Bona is dialled at bb:22 (was b:2)"));
  Change("host=c text=1 grpc=2 http=3", "host=cc text=11 grpc=22 http=33");
  const ReloadReport report = Reload();
  EXPECT_THAT(
      report.waiting,
      ElementsAre("in this node's line of the herd file, host stays c; cc needs a restart",
                  "in this node's line of the herd file, text stays 1; 11 needs a restart",
                  "in this node's line of the herd file, grpc stays 2; 22 needs a restart",
                  "in this node's line of the herd file, http stays 3; 33 needs a restart"));
  EXPECT_EQ(running_.common.herd.Find("Clark")->text_port, 1);
  EXPECT_EQ(running_.common.herd.Find("Bona")->host, "b") << "it moved back";
}

TEST_F(ReloadTest, ALinkPortOfANeighbourIsDialledAndTheOwnOneWaits) {
  Change("host=b text=1 grpc=2", "host=b link=4 text=1 grpc=2");
  EXPECT_THAT(Reload().changes, ElementsAre("Bona is dialled at b:4 (was b:2)"));
  EXPECT_EQ(AddressesOf(running_.common.herd, "Clark").at("Bona"), "b:4");
  Change("host=b text=1 grpc=2", "host=b link=4 text=1 grpc=22");
  EXPECT_THAT(Reload().changes, IsEmpty());
  Change("host=c text=1 grpc=2", "host=c link=4 text=1 grpc=2");
  const ReloadReport report = Reload();
  EXPECT_THAT(report.changes, ElementsAre("Bona is dialled at b:2 (was b:4)"));
  EXPECT_THAT(report.waiting, ElementsAre("in this node's line of the herd file, link stays none; "
                                          "4 needs a restart"));
  EXPECT_EQ(running_.common.herd.Find("Clark")->link_port, 0);
}

TEST_F(ReloadTest, PlacesStayWhereTheyAre) {
  Change("places host=p", "places host=q");
  EXPECT_THAT(Reload().waiting,
              ElementsAre("the address of places stays p:7; q:7 needs a restart"));
  const OptionsOr<CommonOptions> q = ReadPlaces();
  Write(herd_path_, kHerd);
  EXPECT_THAT(PlanReload(*q.options, ReadPlaces()).report.waiting,
              ElementsAre("in the herd file, places stays host=q grpc=7 http=8; "
                          "host=p grpc=7 http=8 needs a restart"));
}

TEST_F(ReloadTest, NoReloadCutsANodeOffOrMovesItToAnotherHerd) {
  const config::HerdFile before = running_.common.herd;
  Change("herd seed", "herd other");
  EXPECT_THAT(Reload().errors,
              ElementsAre(HasSubstr("describes the herd other, but this process runs in seed")));
  Write(herd_path_, "herd seed\nnode Bona host=b text=1 grpc=2 http=3 at=+1-1\n");
  EXPECT_THAT(Reload().errors, ElementsAre(HasSubstr("--name=Clark")));
  Change("link Bona Clark\nlink Clark Jaquez", "link Bona Jaquez");
  EXPECT_THAT(Reload().errors, ElementsAre(HasSubstr("leaves Clark without a link")));
  ExpectUnchanged(before);
}

TEST_F(ReloadTest, TellsTheLogAndTheMetricsHowItWent) {
  metrics::ConfigMetrics metrics(5 * kSecond);
  const auto values = [&] {
    std::vector<double> values;
    for (const auto& family : metrics.Collect()) values.push_back(family.metric[0].gauge.value);
    return values;
  };
  EXPECT_THAT(values(), ElementsAre(1, 5, 0));
  ::testing::internal::CaptureStderr();
  {
    server::Logger logger("Clark", server::LogFormat::kText);
    LogReload({{"a.conf:3: wrong"}, {}, {}}, server::LogLevel::kInfo, 7 * kSecond, logger, metrics);
    EXPECT_THAT(values(), ElementsAre(0, 5, 0));
    // The result is logged even if the new level would hide it, so that the operator sees it.
    LogReload({{}, {"x is 1 (was 2)"}, {"y stays"}}, server::LogLevel::kError, 9 * kSecond, logger,
              metrics);
    EXPECT_THAT(values(), ElementsAre(1, 9, 1));
    EXPECT_EQ(logger.level(), server::LogLevel::kError);
  }
  const std::string log = ::testing::internal::GetCapturedStderr();
  for (const char* line :
       {"error Clark: not reloaded: a.conf:3: wrong",
        "error Clark: configuration not reloaded (SIGHUP): the previous one stays in force",
        "info Clark: reloaded: x is 1 (was 2)", "warning Clark: not reloaded: y stays",
        "configuration reloaded (SIGHUP): 1 change, 1 waits for a restart"}) {
    EXPECT_THAT(log, HasSubstr(line));
  }
}

}  // namespace
}  // namespace proxyherd::node
