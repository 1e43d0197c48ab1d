// Tests the server on real sockets, with ordinary and extraordinary clients.
#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/server_fixture.h"

namespace proxyherd::gateway {
namespace {

TEST_F(TcpServerTest, AnswersInOnePiece) {
  TextClient client = Connect();
  client.Send(kKiwi);
  EXPECT_EQ(client.ReadOnce(), kKiwiAt);
  client.Send("WHATSAT kiwi.cs.ucla.edu 10 5\n");
  lookups_.Next()("{\n}");
  EXPECT_EQ(client.ReadOnce(), std::string(kKiwiAt) + "{\n}\n\n");
}

TEST_F(TcpServerTest, ServesClassicClientsThatHalfCloseWithoutALineEnd) {
  TextClient client = Connect();
  client.Send(kKiwi.substr(0, kKiwi.size() - 1));
  client.HalfClose();
  EXPECT_EQ(client.ReadToEnd(), kKiwiAt);
}

TEST_F(TcpServerTest, ServesClassicClientsThatReadToTheEnd) {
  options_.session.close_after_first_reply = true;
  TextClient client = Connect();
  client.Send(kKiwi);
  EXPECT_EQ(client.ReadToEnd(), kKiwiAt);
}

TEST_F(TcpServerTest, AfterTheHalfCloseWaitsForPlaces) {
  TextClient client = Connect();
  client.Send(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 10 5\nx");
  client.HalfClose();
  EXPECT_EQ(client.Read(kKiwiAt.size()), kKiwiAt);
  std::thread([done = lookups_.Next()] { done("{}"); }).join();
  EXPECT_EQ(client.ReadToEnd(), std::string(kKiwiAt) + "{}\n\n? x\n");
}

TEST_F(TcpServerTest, AWhatsatThatWaitsHoldsUpNobodyElse) {
  options_.loops = 1;
  TextClient waits = Connect();
  waits.Send(std::string(kKiwi) + "WHATSAT kiwi.cs.ucla.edu 10 5\n");
  const HeldLookups::Done done = lookups_.Next();
  TextClient other = Connect();
  other.Send(kKiwi);
  EXPECT_EQ(other.ReadOnce(), kKiwiAt);
  done("{}");
  EXPECT_EQ(waits.Read(2 * kKiwiAt.size() + 4),
            std::string(kKiwiAt) + std::string(kKiwiAt) + "{}\n\n");
}

TEST_F(TcpServerTest, BytesMayComeOneByOne) {
  TextClient client = Connect();
  for (const char c : std::string(kKiwi) + "x\r\n") client.Send({&c, 1});
  EXPECT_EQ(client.Read(kKiwiAt.size() + 4), std::string(kKiwiAt) + "? x\n");
}

TEST_F(TcpServerTest, AnswersTenThousandPipelinedLinesInOrder) {
  std::string sent;
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    const std::string report =
        " client" + std::to_string(i) + " +34.068930-118.445127 1621464828.5\n";
    sent += "IAMAT" + report;
    expected += "AT Clark -0.500000000" + report;
  }
  TextClient client = Connect();
  std::thread writer([&] {
    client.Send(sent);
    client.HalfClose();
  });
  EXPECT_TRUE(client.ReadToEnd() == expected) << "not shown: it is a megabyte";
  writer.join();
  EXPECT_EQ(table_.Records(), 10'000U);
}

TEST_F(TcpServerTest, AnEndlessLineIsAnsweredOnceAndCutOff) {
  TextClient client = Connect();
  std::thread writer([&] {
    const std::string piece(size_t{64} * 1024, 'x');
    while (client.Send(piece)) {
      env_.Advance(kSecond / 1000);
    }
  });
  EXPECT_EQ(client.ReadToEnd(), "? " + std::string(64, 'x') + "\n");
  writer.join();
  EXPECT_EQ(Hits(GatewayLimit::kLineBytes), 1U);
}

TEST_F(TcpServerTest, AClientThatNeverReadsIsGivenUpAndHarmsNobody) {
  TextClient greedy = Connect();
  TextClient other = Connect();
  other.Send(kKiwi);
  EXPECT_EQ(other.ReadOnce(), kKiwiAt);
  EXPECT_TRUE(Eventually([&] {
    greedy.SendUntilBlocked(std::string(1000, 'x') + "\n");
    env_.Advance(kSecond / 2);
    return Hits(GatewayLimit::kWriteStallTimeout) == 1;
  }));
  other.Send("x\n");
  EXPECT_EQ(other.ReadOnce(), "? x\n");
}

TEST_F(TcpServerTest, AClientThatSaysNothingIsClosedWithoutAnAnswer) {
  TextClient client = Connect();
  client.Send("half a li");
  EXPECT_TRUE(Eventually([&] {
    env_.Advance(options_.session.first_line_timeout_ns);
    return Hits(GatewayLimit::kFirstLineTimeout) == 1;
  }));
  EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(TcpServerTest, AClosedConnectionIsReadOnForASecondOnly) {
  options_.session.close_after_first_reply = true;
  TextClient client = Connect();
  client.Send("x\n");
  EXPECT_EQ(client.ReadToEnd(), "? x\n");
  EXPECT_EQ(server().OpenConnections(), 1) << "the client has not closed yet";
  EXPECT_TRUE(Eventually([&] {
    env_.Advance(kSecond);
    return server().OpenConnections() == 0;
  }));
}

TEST_F(TcpServerTest, ServesAThousandConnectionsAtOnce) {
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  const rlimit before = descriptors;
  descriptors.rlim_cur = std::min<rlim_t>(descriptors.rlim_max, 4096);
  setrlimit(RLIMIT_NOFILE, &descriptors);
  std::vector<TextClient> clients;
  clients.reserve(1000);
  for (int i = 0; i < 1000; ++i) clients.push_back(Connect());
  for (TextClient& client : clients) client.Send(kKiwi);
  for (TextClient& client : clients) ASSERT_EQ(client.ReadOnce(), kKiwiAt);
  EXPECT_EQ(server().OpenConnections(), 1000);
  EXPECT_EQ(server().AcceptedConnections(), 1000U);
  clients.clear();
  EXPECT_TRUE(Eventually([&] { return server().OpenConnections() == 0; }));
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(TcpServerTest, LogsTheTrafficAndSaysWhatItLeftOut) {
  options_.log_lines_per_second = 2;
  options_.loops = 1;
  TextClient client = Connect();
  client.Send("x\ny\nz\n");
  EXPECT_EQ(client.Read(12), "? x\n? y\n? z\n");
  EXPECT_TRUE(Eventually([&] {
    env_.Advance(kSecond);
    return log_.Lines().size() == 3;
  }));
  EXPECT_THAT(log_.Lines(), testing::ElementsAre("< x", "> ? x\n", "left out 4"));
}

}  // namespace
}  // namespace proxyherd::gateway
