// Tests starting, stopping, and the limits on connections.
#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>
#include <string>
#include <thread>

#include "runtime/real_env.h"
#include "tests/support/server_fixture.h"

namespace proxyherd::gateway {
namespace {

using testing::HasSubstr;

TEST_F(TcpServerTest, APortInUseIsAnErrorThatNamesItAndWhomToAsk) {
  options_.port = server().port();
  TcpServer second(options_, Backend{table_, env_, lookups_.Lookup(), log_});
  const absl::Status status = second.Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  const std::string port = std::to_string(options_.port);
  EXPECT_THAT(status.message(), HasSubstr("127.0.0.1 port " + port));
  EXPECT_THAT(status.message(), HasSubstr("ss -ltnp sport = :" + port));
}

TEST_F(TcpServerTest, OptionsOutOfRangeAreErrors) {
  const auto start = [&](auto change) {
    GatewayOptions options;
    change(options);
    TcpServer server(options, Backend{table_, env_, lookups_.Lookup(), log_});
    return server.Start().code();
  };
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(start([](GatewayOptions& o) { o.address = "localhost"; }), invalid);
  EXPECT_EQ(start([](GatewayOptions& o) { o.loops = -1; }), invalid);
  EXPECT_EQ(start([](GatewayOptions& o) { o.session.max_line_bytes = 63; }), invalid);
  EXPECT_EQ(start([](GatewayOptions& o) { o.session.max_unsent_bytes = 0; }), invalid);
  EXPECT_EQ(start([](GatewayOptions& o) { o.session.idle_timeout_ns = 0; }), invalid);
  EXPECT_EQ(start([](GatewayOptions& o) { o.address = "::1"; }), absl::StatusCode::kOk);
}

TEST_F(TcpServerTest, AtTheConnectionLimitAcceptingPausesAndResumes) {
  options_.max_connections = 2;
  TextClient first = Connect();
  TextClient second = Connect();
  for (TextClient* client : {&first, &second}) {
    client->Send(kKiwi);
    EXPECT_EQ(client->ReadOnce(), kKiwiAt);
  }
  TextClient third = Connect();
  third.Send(kKiwi);
  ASSERT_TRUE(Eventually([&] { return Hits(GatewayLimit::kConnections) == 1; }));
  EXPECT_EQ(server().AcceptedConnections(), 2U);
  first.Close();
  EXPECT_EQ(third.ReadOnce(), kKiwiAt);
}

TEST_F(TcpServerTest, MoreConnectionsMayBeAllowedWhileItRuns) {
  options_.max_connections = 1;
  TextClient first = Connect();
  first.Send(kKiwi);
  EXPECT_EQ(first.ReadOnce(), kKiwiAt);
  TextClient second = Connect();
  second.Send(kKiwi);
  ASSERT_TRUE(Eventually([&] { return Hits(GatewayLimit::kConnections) == 1; }));
  options_.max_connections = 2;
  server().Reconfigure(options_);
  EXPECT_EQ(second.ReadOnce(), kKiwiAt);
  EXPECT_EQ(server().MaxConnections(), 2);
}

TEST_F(TcpServerTest, TimeOutsChangeForConnectionsThatAreThere) {
  TextClient client = Connect();
  client.Send(kKiwi);
  EXPECT_EQ(client.ReadOnce(), kKiwiAt);
  options_.session.idle_timeout_ns = kSecond;
  options_.session.max_line_bytes = 64;  // may not change at runtime: no effect
  server().Reconfigure(options_);
  EXPECT_TRUE(Eventually([&] {
    env_.Advance(kSecond);
    return Hits(GatewayLimit::kIdleTimeout) == 1;
  }));
  TextClient other = Connect();
  const std::string line = "x" + std::string(1000, 'y');
  other.Send(line + "\n");
  EXPECT_EQ(other.ReadOnce(), "? " + line + "\n");
}

TEST_F(TcpServerTest, OutOfDescriptorsAcceptingPausesAndResumes) {
  server();
  TextClient client;
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int lowest_free = open("/dev/null", O_RDONLY | O_CLOEXEC);
  close(lowest_free);
  const rlimit none_left{static_cast<rlim_t>(lowest_free), before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none_left);
  EXPECT_TRUE(client.Connect(server().port()));
  client.Send(kKiwi);
  EXPECT_TRUE(Eventually([&] { return Hits(GatewayLimit::kConnections) >= 1; }));
  EXPECT_EQ(server().AcceptedConnections(), 0U);
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(client.ReadOnce(), kKiwiAt);
}

TEST_F(TcpServerTest, OneMoreConnectionOfAnAddressThanAllowedIsClosed) {
  options_.max_connections_per_address = 1;
  TextClient first = Connect();
  first.Send(kKiwi);
  EXPECT_EQ(first.ReadOnce(), kKiwiAt);
  TextClient second = Connect();
  EXPECT_EQ(second.ReadToEnd(), "");
  EXPECT_EQ(Hits(GatewayLimit::kConnectionsPerAddress), 1U);
  first.Close();
  EXPECT_TRUE(Eventually([&] {
    TextClient next = Connect();
    next.Send(kKiwi);
    return next.ReadOnce() == kKiwiAt;
  }));
}

TEST_F(TcpServerTest, AfterStopAcceptingTheOpenConnectionsAreServedOn) {
  TextClient client = Connect();
  client.Send(kKiwi);
  EXPECT_EQ(client.ReadOnce(), kKiwiAt);
  server().StopAccepting();
  EXPECT_FALSE(TextClient().Connect(server().port()));
  client.Send(kKiwi);
  EXPECT_EQ(client.ReadOnce(), kKiwiAt);
}

TEST_F(TcpServerTest, StopAnswersWhatHasBeenReadThenCloses) {
  TextClient client = Connect();
  client.Send(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 10 5\nx\npart");
  EXPECT_EQ(client.Read(kKiwiAt.size()), kKiwiAt);
  const HeldLookups::Done done = lookups_.Next();
  std::thread stopper([&] { server().Stop(); });
  done("{}");
  EXPECT_EQ(client.ReadToEnd(), std::string(kKiwiAt) + "{}\n\n? x\n");
  client.Close();
  stopper.join();
  EXPECT_EQ(server().OpenConnections(), 0);
}

TEST_F(TcpServerTest, StopEndsInTimeWhateverLookupsAndClientsDo) {
  env_used_ = &runtime::RealEnv();
  options_.stop_timeout_ns = 300 * kMillisecond;
  TextClient waits = Connect();
  waits.Send(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 10 5\n");
  const HeldLookups::Done never = lookups_.Next();
  TextClient greedy = Connect();
  int blocked_looks = 0;  // in a row: the server is not only slow
  EXPECT_TRUE(Eventually([&] {
    const bool blocked = greedy.SendUntilBlocked(std::string(1000, 'x') + "\n") == 0;
    blocked_looks = blocked ? blocked_looks + 1 : 0;
    return blocked_looks == 30;
  }));
  const GatewayStop stop = server().Stop();
  EXPECT_EQ(server().OpenConnections(), 0);
  EXPECT_EQ(stop.connections, 2U);
  EXPECT_EQ(stop.cut_off, 1U) << "only the one that does not read";
}

TEST_F(TcpServerTest, StopAnswersAWhatsatWhosePlacesDoNotComeInTime) {
  TextClient client = Connect();
  client.Send(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 10 5\nx\n");
  EXPECT_EQ(client.Read(kKiwiAt.size()), kKiwiAt);
  const HeldLookups::Done never = lookups_.Next();
  std::thread stopper([&] { server().Stop(); });
  std::atomic<bool> answered = false;
  std::thread time([&] {
    while (!answered) {
      env_.Advance(kSecond / 4);
      poll(nullptr, 0, 1);
    }
  });
  const std::string rest = client.ReadToEnd();
  answered = true;
  time.join();
  client.Close();
  stopper.join();
  EXPECT_THAT(rest, testing::StartsWith(std::string(kKiwiAt) + "{"));
  EXPECT_THAT(rest, testing::HasSubstr("This node is stopping; ask another one."));
  EXPECT_THAT(rest, testing::EndsWith("}\n\n? x\n"));
}

TEST_F(TcpServerTest, StopClosesThoseWhoWaitToBeAcceptedInOrder) {
  options_.max_connections = 1;
  TextClient served = Connect();
  served.Send("x\n");
  EXPECT_EQ(served.ReadOnce(), "? x\n");
  TextClient waits = Connect();
  waits.Send("taken or not\n");
  std::thread stopper([&] { server().Stop(); });
  EXPECT_TRUE(waits.EndsInOrder());
  EXPECT_TRUE(served.EndsInOrder());
  waits.Close();
  served.Close();
  stopper.join();
  EXPECT_FALSE(TextClient().Connect(server().port()));
}

TEST_F(TcpServerTest, AStopBeforeServingGivesThePortBack) {
  TcpServer idle(options_, Backend{table_, *env_used_, lookups_.Lookup(), log_});
  ASSERT_TRUE(idle.Listen().ok());
  const uint16_t port = idle.port();
  const TextClient waits(port);
  idle.Stop();
  EXPECT_FALSE(TextClient().Connect(port)) << "no client waits for an answer that never comes";
}

TEST_F(TcpServerTest, StopDoesNotResetAClientInTheMidstOfSending) {
  options_.stop_timeout_ns = 3600 * kSecond;
  TextClient client = Connect();
  client.Send("x\n");
  EXPECT_EQ(client.ReadOnce(), "? x\n");
  std::thread stopper([&] { server().Stop(); });
  EXPECT_EQ(client.ReadOnce(), "") << "the end of the stream";
  constexpr int kTickAndMoreMs = 400;
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(client.Send("and one more\n"));
    env_.Advance(kSecond);
    poll(nullptr, 0, kTickAndMoreMs);
  }
  EXPECT_TRUE(client.EndsInOrder());
  client.Close();
  stopper.join();
}

TEST_F(TcpServerTest, PlacesMayComeWhenTheConnectionOrTheServerIsGone) {
  HeldLookups::Done late[2];
  {
    TextClient client = Connect();
    client.Send(std::string(kKiwi) +
                "WHATSAT kiwi.cs.ucla.edu 1 1\nWHATSAT kiwi.cs.ucla.edu 1 1\n");
    for (HeldLookups::Done& done : late) done = lookups_.Next();
    EXPECT_EQ(client.Read(kKiwiAt.size()), kKiwiAt);
  }
  late[0]("{}");
  ASSERT_TRUE(Eventually([&] {
    env_.Advance(options_.session.write_stall_timeout_ns);
    return server().OpenConnections() == 0;
  }));
  server_.reset();
  late[1]("{}");
}

}  // namespace
}  // namespace proxyherd::gateway
