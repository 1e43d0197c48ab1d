// Tests that REQUIRES of gateway/ are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gateway/limits/by_size.h"
#include "gateway/limits/held_total.h"
#include "gateway/protocol/line_reader.h"
#include "gateway/protocol/reply.h"
#include "gateway/server/connection.h"
#include "gateway/server/connection_host.h"
#include "gateway/server/event_loop.h"
#include "gateway/server/tcp_server.h"
#include "gateway/session/pending_replies.h"
#include "tests/support/session_fixture.h"

namespace proxyherd::gateway {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

using SessionDeathTest = SessionTest;

TEST_F(SessionDeathTest, ReceivesOnlyWhatItWants) {
  session().EndInput();
  EXPECT_DEATH(Send(kKiwi), "WantsInput");
}

TEST_F(SessionDeathTest, GivesUpWaitingOnlyAfterAStop) {
  EXPECT_DEATH(session().GiveUpWaiting(), "state_ != State::kReading");
}

TEST(AssertionsDeathTest, PendingRepliesHaveATailIfThereAreAny) {
  RecordingLog log;
  TrafficBudget budget(0);
  GatewayCounters counters;
  RequestAccounting accounting(log, budget, counters);
  PendingReplies pending(accounting);
  EXPECT_DEATH(pending.Tail(), "!Empty");
  EXPECT_DEATH(pending.Appended(1), "!Empty");
  pending.AddReport(2, 0, {"AT\n", "IAMAT", RequestResult::kOk, false});
  EXPECT_DEATH(pending.AddReport(1, 0, {"AT\n", "IAMAT", RequestResult::kOk, false}),
               "ticket >= newest_wait_");
}

TEST(AssertionsDeathTest, PlacesFollowALine) {
  std::string out = "AT without its end";
  EXPECT_DEATH(AppendPlaces("{}", out), "ends_with");
}

TEST(AssertionsDeathTest, TheLastLineIsNotComplete) {
  EXPECT_DEATH(ReadLastLine("", 10), "empty");
  EXPECT_DEATH(ReadLastLine("a\n", 10), "kIncomplete");
}

// A loop without a thread.
class QuietHost : public ConnectionHost {
 public:
  using ConnectionHost::ConnectionHost;
  void Linger(Connection& /*connection*/) override {}
  void CountEvicted(Connection& /*connection*/) override {}
  void Remove(Connection& /*connection*/) override {}
  void Account(Connection& /*connection*/, size_t /*bytes*/) override {}

 private:
  void EvictLargest() override {}
};

// The process has threads, so the death test runs a new one up to the death.
class ServerDeathTest : public testing::Test {
 protected:
  ServerDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  std::unique_ptr<TcpServer> MakeServer() {
    GatewayOptions options;
    options.address = "127.0.0.1";
    options.port = 0;
    return std::make_unique<TcpServer>(options, backend_);
  }

  Table table_{TableOptions{.herd = "seed", .node = "Clark"}};
  FakeClock env_;
  RecordingLog log_;
  Backend backend_{table_, env_, nullptr, log_};
};

TEST_F(ServerDeathTest, ListensOnce) {
  const auto server = MakeServer();
  EXPECT_DEATH(server->Serve(), "listening_");
  EXPECT_DEATH(server->port(), "listening_");
  EXPECT_DEATH(server->Reconfigure({}), "listening_");
  ASSERT_TRUE(server->Listen().ok());
  EXPECT_DEATH(server->Listen().IgnoreError(), "!listen_called_");
  GatewayOptions bad;
  bad.session.max_line_bytes = 0;
  EXPECT_DEATH(server->Reconfigure(bad), "Validate");
}

TEST_F(ServerDeathTest, ServesOnce) {
  const auto server = MakeServer();
  ASSERT_TRUE(server->Start().ok());
  EXPECT_DEATH(server->Serve(), "!served_");
}

TEST_F(ServerDeathTest, AConnectionIsEvictedWhenItIsNotCounted) {
  TrafficBudget budget(0);
  QuietHost host(backend_, SessionLimits(), budget,
                 std::make_shared<HeldTotal>(size_t{1} << 20, 1));
  Connection connection(host, net::Descriptor(), net::ClientAddress());
  BySize by_size;
  by_size.Update(connection, 4096);
  EXPECT_DEATH(connection.Evict(true), R"(bytes\(\) == 0)");
  by_size.Update(connection, 0);
}

TEST_F(ServerDeathTest, ALoopTellsItsCutConnectionsAfterItsThread) {
  TrafficBudget budget(0);
  const auto loop = std::make_shared<EventLoop>(
      backend_, SessionLimits(), budget, std::make_shared<HeldTotal>(size_t{1} << 20, 1), 0,
      EventLoop::Hooks{[] { return false; }, [](const net::ClientAddress&) {}, [](size_t) {}});
  ASSERT_TRUE(loop->Open().ok());
  loop->Start();
  EXPECT_DEATH(loop->CutOff(), "joinable");
  loop->BeginStop(0, 0);
  loop->Join();
  EXPECT_EQ(loop->CutOff(), 0U);
}

#endif  // NDEBUG

}  // namespace
}  // namespace proxyherd::gateway
