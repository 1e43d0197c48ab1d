// Tests joining and splitting hosts and ports.
#include "net/host_port.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace proxyherd::net {
namespace {

TEST(JoinHostPortTest, PutsIpv6IntoBrackets) {
  EXPECT_EQ(JoinHostPort("127.0.0.1", 11003), "127.0.0.1:11003");
  EXPECT_EQ(JoinHostPort("clark.example", 1), "clark.example:1");
  EXPECT_EQ(JoinHostPort("::1", 65535), "[::1]:65535");
  EXPECT_EQ(JoinHostPort("[::1]", 65535), "[::1]:65535");
}

TEST(SplitHostPortTest, TakesNamesAndAddresses) {
  const struct {
    const char* text;
    const char* host;
    uint16_t port;
  } cases[] = {
      {"127.0.0.1:10003", "127.0.0.1", 10003},
      {"clark.example:1", "clark.example", 1},
      {"[::1]:65535", "::1", 65535},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<HostPort> parts = SplitHostPort(c.text);
    ASSERT_TRUE(parts.ok()) << parts.status();
    EXPECT_EQ(parts->host, c.host);
    EXPECT_EQ(parts->port, c.port);
    EXPECT_EQ(JoinHostPort(parts->host, parts->port), c.text);
  }
}

TEST(SplitHostPortTest, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "Clark", ":1", "Clark:", "Clark:0", "Clark:65536", "Clark:http"}) {
    EXPECT_FALSE(SplitHostPort(text).ok()) << text;
  }
}

TEST(ReachableAddressTest, AWildcardIsReachedByLoopback) {
  EXPECT_EQ(ReachableAddress("0.0.0.0"), "127.0.0.1");
  EXPECT_EQ(ReachableAddress("::"), "::1");
  EXPECT_EQ(ReachableAddress("10.1.2.3"), "10.1.2.3");
}

}  // namespace
}  // namespace proxyherd::net
