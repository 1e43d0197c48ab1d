// Tests whole runs, against a server that the test plays in another thread.
#include "bench/loader/load_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "bench/loader/report.h"
#include "runtime/real_env.h"
#include "tests/support/local_server.h"

namespace proxyherd::bench {
namespace {

using testing::HasSubstr;

BenchOptions SixReports(const LocalServer& server) {
  BenchOptions options;
  options.targets = {server.target()};
  options.connections = 1;
  options.depth = 3;
  options.requests = 6;
  options.pids = {0};  // this process
  return options;
}

// Runs a load while `play` plays the server.
absl::StatusOr<Measurement> RunAgainst(LocalServer& server, const BenchOptions& options,
                                       const std::function<void()>& play) {
  std::thread player([&] {
    server.Accept();
    play();
  });
  absl::StatusOr<Measurement> result = RunLoad(options, runtime::RealEnv());
  player.join();
  return result;
}

TEST(LoadRunTest, CountsRequestsRepliesAndBytes) {
  LocalServer server;
  std::string first;
  const BenchOptions options = SixReports(server);
  const auto measured = RunAgainst(server, options, [&] {
    first = server.ReadLines(3);
    server.Say("AT 1\nAT 2\nAT");
    server.Say(" 3\n");
    server.ReadLines(3);
    server.Say("AT 4\nAT 5\nAT 6\n");
  });
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_THAT(first, testing::StartsWith("IAMAT c0000"));
  EXPECT_EQ(measured->requests, 6U);
  EXPECT_EQ(measured->errors, 0U);
  EXPECT_EQ(measured->reply_bytes, 30U);
  EXPECT_EQ(measured->latency.count(), 6U);
  ASSERT_EQ(measured->pid_cpu_ns.size(), 1U);
  EXPECT_GT(measured->pid_cpu_ns[0], 0);
}

TEST(LoadRunTest, WrongRepliesAreErrorsAndTheReportsSaySo) {
  LocalServer server;
  const BenchOptions options = SixReports(server);
  const auto measured = RunAgainst(server, options, [&] {
    server.ReadLines(3);
    server.Say("AT 1\n? IAMAT kiwi \xff\nAT 3\n");
    server.ReadLines(3);
    server.Say("AT 4\nAT 5\n? x\n");
  });
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_EQ(measured->requests, 6U);
  EXPECT_EQ(measured->errors, 2U);
  const auto json = nlohmann::json::parse(JsonReport(options, *measured));
  EXPECT_EQ(json["errors"], 2);
  EXPECT_EQ(json["requests"], 6);
  EXPECT_THAT(json["first_error"].get<std::string>(), HasSubstr("? IAMAT kiwi "));
  EXPECT_EQ(json["pids"].size(), 1U);
  EXPECT_TRUE(json["latency_us"].contains("p999"));
  EXPECT_THAT(TextReport(options, *measured), HasSubstr("2 errors"));
}

TEST(LoadRunTest, AServerThatClosesEndsTheRun) {
  LocalServer server;
  const auto measured = RunAgainst(server, SixReports(server), [&] {
    server.ReadLines(3);
    server.Say("AT 1\n");
    server.HangUp();
  });
  ASSERT_FALSE(measured.ok());
  EXPECT_THAT(std::string(measured.status().message()), HasSubstr("closed a connection"));
}

TEST(LoadRunTest, AReplyTooManyEndsTheRun) {
  LocalServer server;
  const auto measured = RunAgainst(server, SixReports(server), [&] {
    server.ReadLines(3);
    server.Say("AT 1\nAT 2\nAT 3\nAT 4\n");
    server.ReadLines(3);
  });
  ASSERT_FALSE(measured.ok());
  EXPECT_THAT(std::string(measured.status().message()), HasSubstr("a reply to no request"));
}

TEST(LoadRunTest, NobodyThereIsAnError) {
  BenchOptions options;
  {
    const LocalServer server;
    options = SixReports(server);
  }
  const auto measured = RunLoad(options, runtime::RealEnv());
  ASSERT_FALSE(measured.ok());
  EXPECT_THAT(std::string(measured.status().message()), HasSubstr("cannot connect to 127.0.0.1:"));
}

TEST(LoadRunTest, IdleConnectionsMayHaveSpokenFirst) {
  LocalServer of_active;
  LocalServer of_idle;
  BenchOptions options = SixReports(of_active);
  options.targets.push_back(of_idle.target());  // dealt out in turn
  options.requests = 1;
  options.idle = 1;
  options.idle_spoke = true;
  std::string idle_said;
  const auto measured = RunAgainst(of_active, options, [&] {
    of_idle.Accept();
    idle_said = of_idle.ReadLines(1);
    of_idle.Say("AT idle\n");
    of_active.ReadLines(1);
    of_active.Say("AT active\n");
  });
  ASSERT_TRUE(measured.ok()) << measured.status();
  EXPECT_THAT(idle_said, testing::StartsWith("IAMAT "));
  EXPECT_EQ(measured->requests, 1U) << "the idle one's is not counted";
}

}  // namespace
}  // namespace proxyherd::bench
