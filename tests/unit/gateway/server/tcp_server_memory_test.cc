// Tests the maximum that all connections may hold together, and the system's buffers for each.
#include <sys/resource.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/server_fixture.h"

namespace proxyherd::gateway {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

class TcpServerMemoryTest : public TcpServerTest {
 protected:
  // Makes a client that reads nothing, and sends until the server reads no more or closes a
  // connection because of it.
  TextClient DeafClient() {
    TextClient client;
    client.TakeLittle();
    EXPECT_TRUE(client.Connect(server().port()));
    const std::string lines = std::string(1000, 'x') + "\n";
    const uint64_t closed = Hits(GatewayLimit::kUnsentTotalBytes);
    int blocked_looks = 0;  // in a row: the server is not only slow
    EXPECT_TRUE(Eventually([&] {
      blocked_looks = client.SendUntilBlocked(lines) == 0 ? blocked_looks + 1 : 0;
      return blocked_looks == 3 || Hits(GatewayLimit::kUnsentTotalBytes) > closed;
    }));
    return client;
  }

  // Makes a client that has asked for `bytes` bytes of places and does not read them. REQUIRES: the
  // node knows kiwi.
  TextClient HungryClient(size_t bytes) {
    TextClient client;
    client.TakeLittle();
    EXPECT_TRUE(client.Connect(server().port()));
    client.Send("WHATSAT kiwi.cs.ucla.edu 10 5\n");
    lookups_.Next()(std::string(bytes, 'j'));
    return client;
  }

  // Returns the server's ends of the connections, which are in this process too.
  std::vector<int> ServersSockets() {
    std::vector<int> sockets;
    rlimit descriptors{};
    getrlimit(RLIMIT_NOFILE, &descriptors);
    for (int fd = 0; fd < 1000 && fd < static_cast<int>(descriptors.rlim_cur); ++fd) {
      sockaddr_in own{};
      sockaddr_in other{};
      socklen_t size = sizeof(own);
      if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0) continue;
      size = sizeof(other);
      if (getpeername(fd, reinterpret_cast<sockaddr*>(&other), &size) != 0) continue;
      if (ntohs(own.sin_port) == server().port()) sockets.push_back(fd);
    }
    return sockets;
  }
};

TEST_F(TcpServerMemoryTest, AboveTheTotalTheLargestGoesAndOthersAreServedOn) {
  options_.max_unsent_total_bytes = 4 * kMiB;
  TextClient honest = Connect();
  honest.Send(kKiwi);
  EXPECT_EQ(honest.ReadOnce(), kKiwiAt);
  TextClient deaf = DeafClient();
  TextClient largest = HungryClient(5 * kMiB);
  ASSERT_TRUE(Eventually([&] { return Hits(GatewayLimit::kUnsentTotalBytes) == 1; }));
  // The stream ends or is reset: the client receives less than it asked for.
  EXPECT_LT(largest.ReadToEnd().size(), 5 * kMiB);
  EXPECT_LE(server().UnsentBytes(), options_.max_unsent_total_bytes);
  EXPECT_GE(server().UnsentBytes(), options_.session.max_unsent_bytes) << "of the deaf one";
  honest.Send(kKiwi);
  EXPECT_EQ(honest.ReadOnce(), kKiwiAt);
  EXPECT_EQ(Hits(GatewayLimit::kUnsentTotalBytes), 1U);
}

TEST_F(TcpServerMemoryTest, NoMoreAreClosedThanNeeded) {
  options_.loops = 4;
  options_.max_unsent_total_bytes = 4 * kMiB;
  constexpr size_t kMaxOfOne = kMiB;
  TextClient honest = Connect();
  std::vector<TextClient> deaf;
  for (int i = 0; i < 40; ++i) {
    deaf.push_back(DeafClient());
    honest.Send(kKiwi);
    EXPECT_EQ(honest.ReadOnce(), kKiwiAt);
  }
  EXPECT_TRUE(
      Eventually([&] { return server().UnsentBytes() <= options_.max_unsent_total_bytes; }));
  EXPECT_GE(server().UnsentBytes(), options_.max_unsent_total_bytes - kMaxOfOne);
  const uint64_t closed = Hits(GatewayLimit::kUnsentTotalBytes);
  EXPECT_GE(closed, 10U);
  EXPECT_LT(closed, 40U);
  deaf.clear();
  EXPECT_TRUE(Eventually([&] { return server().UnsentBytes() == 0; }));
}

TEST_F(TcpServerMemoryTest, AnEvictedClientSeesTheEndAndLeavesNothing) {
  options_.max_unsent_total_bytes = 2 * kMiB;
  TextClient first = Connect();
  first.Send(kKiwi);
  EXPECT_EQ(first.ReadOnce(), kKiwiAt);
  TextClient hungry = HungryClient(3 * kMiB);
  ASSERT_TRUE(Eventually([&] { return Hits(GatewayLimit::kUnsentTotalBytes) == 1; }));
  EXPECT_EQ(server().UnsentBytes(), 0U);
  EXPECT_TRUE(Eventually([&] {
    env_.Advance(kSecond);
    return server().OpenConnections() == 1;
  })) << "it lingers for a second";
  EXPECT_FALSE(hungry.EndsInOrder()) << "what the system still had for it is gone";
}

TEST_F(TcpServerMemoryTest, AnEvictedClientThatHasHalfClosedIsClosedAtOnce) {
  options_.loops = 1;
  options_.max_unsent_total_bytes = 2 * kMiB;
  TextClient first = Connect();
  first.Send(kKiwi);
  EXPECT_EQ(first.ReadOnce(), kKiwiAt);
  for (uint64_t closed = 1; closed <= 3; ++closed) {
    TextClient client;
    client.TakeLittle();
    ASSERT_TRUE(client.Connect(server().port()));
    client.Send("WHATSAT kiwi.cs.ucla.edu 10 5\n");
    const HeldLookups::Done done = lookups_.Next();
    client.HalfClose();
    // The end must be read before the places arrive.
    first.Send(kKiwi);
    EXPECT_EQ(first.ReadOnce(), kKiwiAt);
    done(std::string(3 * kMiB, 'j'));
    ASSERT_TRUE(Eventually([&] {
      return Hits(GatewayLimit::kUnsentTotalBytes) == closed && server().OpenConnections() == 1;
    })) << "without a second's wait: its clock stands still";
  }
}

TEST_F(TcpServerMemoryTest, TheSystemsBuffersAreBoundedAndGrowOnlyForDeepPipelines) {
  TextClient client = Connect();
  client.Send(kKiwi);
  EXPECT_EQ(client.ReadOnce(), kKiwiAt);
  const std::vector<int> sockets = ServersSockets();
  ASSERT_EQ(sockets.size(), 1U);
  const auto buffer = [&](int which) {
    int bytes = 0;
    socklen_t size = sizeof(bytes);
    EXPECT_EQ(getsockopt(sockets[0], SOL_SOCKET, which, &bytes, &size), 0);
    return bytes;
  };
  EXPECT_EQ(buffer(SO_SNDBUF), 128 * 1024);
  EXPECT_EQ(buffer(SO_RCVBUF), 16 * 1024);
  const std::string lines = std::string(200 * 1024, '\n');
  std::thread sender([&] { client.Send(lines); });
  EXPECT_TRUE(Eventually([&] { return buffer(SO_RCVBUF) == 128 * 1024; }));
  EXPECT_TRUE(Eventually([&] { return server().UnsentBytes() >= 128 * 1024; })) << "it counts";
  client.Read(3 * lines.size());
  sender.join();
  EXPECT_TRUE(Eventually([&] { return buffer(SO_RCVBUF) == 16 * 1024; })) << "it is idle";
  EXPECT_TRUE(Eventually([&] { return server().UnsentBytes() == 0; }));
}

TEST_F(TcpServerMemoryTest, BuffersDoNotGrowWhereThereIsNoRoom) {
  options_.max_unsent_total_bytes = 200 * 1024;
  TextClient client = Connect();
  client.Send(kKiwi);
  EXPECT_EQ(client.ReadOnce(), kKiwiAt);
  const std::string lines = std::string(200 * 1024, '\n');
  std::thread reader([&] { client.Read(3 * lines.size()); });
  client.Send(lines);
  reader.join();
  int bytes = 0;
  socklen_t size = sizeof(bytes);
  ASSERT_EQ(getsockopt(ServersSockets().at(0), SOL_SOCKET, SO_RCVBUF, &bytes, &size), 0);
  EXPECT_EQ(bytes, 16 * 1024);
  EXPECT_EQ(Hits(GatewayLimit::kUnsentTotalBytes), 0U);
}

// After a close the system would keep the replies for minutes, and no limit would count them.
TEST_F(TcpServerMemoryTest, RepliesThatTheSystemHasNotDeliveredKeepAConnectionUntilTheyStall) {
  options_.loops = 1;
  TextClient client;
  client.TakeLittle();
  ASSERT_TRUE(client.Connect(server().port()));
  for (int i = 0; i < 30; ++i) client.Send(std::string(2000, 'x') + "\n");
  client.HalfClose();
  const auto held = [&] { return server().UnsentBytes() >= 16 * 1024; };
  ASSERT_TRUE(Eventually(held));
  // Another one lingers after it. Once that is closed, the first one has been checked.
  TextClient next = Connect();
  next.Send(std::string(5000, 'x'));
  next.ReadToEnd();
  ASSERT_EQ(server().OpenConnections(), 2);
  ASSERT_TRUE(Eventually([&] {
    env_.Advance(100 * kMillisecond);
    return server().OpenConnections() < 2;
  }));
  EXPECT_EQ(server().OpenConnections(), 1);
  EXPECT_TRUE(held());
  ASSERT_TRUE(Eventually([&] {
    env_.Advance(10 * kSecond);
    return server().OpenConnections() == 0;
  }));
  EXPECT_EQ(Hits(GatewayLimit::kWriteStallTimeout), 1U);
  EXPECT_FALSE(client.EndsInOrder()) << "what was not taken is gone";
}

TEST_F(TcpServerMemoryTest, RepliesThatAreTakenLateAreTakenInOrder) {
  TextClient client;
  client.TakeLittle();
  ASSERT_TRUE(client.Connect(server().port()));
  const std::string line = std::string(2000, 'x') + "\n";
  std::string expected;
  for (int i = 0; i < 30; ++i) {
    client.Send(line);
    expected += "? " + line;
  }
  client.HalfClose();
  ASSERT_TRUE(Eventually([&] { return server().UnsentBytes() >= 16 * 1024; }));
  EXPECT_EQ(client.ReadToEnd(), expected);
  EXPECT_TRUE(Eventually([&] {
    env_.Advance(kSecond);
    return server().OpenConnections() == 0;
  }));
}

TEST_F(TcpServerMemoryTest, FewerConnectionsWhereMemoryIsLittle) {
  options_.memory_bytes = 2 * kConnectionBytes;
  EXPECT_EQ(server().MaxConnections(), 2);
  options_.memory_bytes = 3 * kConnectionBytes;
  server().Reconfigure(options_);
  EXPECT_EQ(server().MaxConnections(), 3);
}

TEST_F(TcpServerMemoryTest, ATotalBelowWhatOneMayHoldIsAnError) {
  options_.max_unsent_total_bytes = options_.session.max_unsent_bytes - 1;
  TcpServer server(options_, Backend{table_, env_, lookups_.Lookup(), log_});
  EXPECT_EQ(server.Start().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace proxyherd::gateway
