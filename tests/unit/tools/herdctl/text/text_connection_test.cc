// How an address is taken apart.
#include "tools/herdctl/text/text_connection.h"

#include <gtest/gtest.h>

namespace proxyherd {
namespace {

TEST(SplitHostPortTest, TakesNamesAndAddresses) {
  const struct {
    const char* text;
    const char* host;
    const char* port;
  } cases[] = {
      {"127.0.0.1:10003", "127.0.0.1", "10003"},
      {"clark.example:1", "clark.example", "1"},
      {"[::1]:65535", "::1", "65535"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<HostPort> parts = SplitHostPort(c.text);
    ASSERT_TRUE(parts.ok()) << parts.status();
    EXPECT_EQ(parts->host, c.host);
    EXPECT_EQ(parts->port, c.port);
  }
}

TEST(SplitHostPortTest, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "Clark", ":1", "Clark:", "Clark:0", "Clark:65536", "Clark:http"}) {
    EXPECT_FALSE(SplitHostPort(text).ok()) << text;
  }
}

}  // namespace
}  // namespace proxyherd
