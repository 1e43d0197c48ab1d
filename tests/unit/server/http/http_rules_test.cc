// Tests access to the page.
#include "server/http/http_rules.h"

#include <gtest/gtest.h>

namespace proxyherd::server {
namespace {

TEST(HttpRules, NumbersAndOwnNamesAreTrusted) {
  for (const char* host :
       {"127.0.0.1:12000", "10.1.2.3", "[::1]:12000", "[fe80::1]", "localhost:12000", "LocalHost",
        "clark.example:12003", "CLARK.example"}) {
    EXPECT_TRUE(IsTrustedHost(host, "clark.example")) << host;
  }
}

TEST(HttpRules, OtherNamesAndNonsenseAreNot) {
  for (const char* host :
       {"", "evil.example", "evil.example:12000", "127.0.0.1.evil.example", "localhost.evil",
        "clark.example.evil", "localhost:port", "localhost:123456", "127.0.0.1:", "[::1", "[::1]x",
        "[evil]", "127.0.0.1; script-src *", "localhost:1 2"}) {
    EXPECT_FALSE(IsTrustedHost(host, "clark.example")) << host;
  }
  EXPECT_FALSE(IsTrustedHost("", ""));
  EXPECT_FALSE(IsTrustedHost(std::string(300, '1'), ""));
}

TEST(HttpRules, APageOfThisPortIsOfTheSameOrigin) {
  EXPECT_TRUE(IsSameOrigin("", "127.0.0.1:12000"));
  EXPECT_TRUE(IsSameOrigin("http://127.0.0.1:12000", "127.0.0.1:12000"));
  EXPECT_TRUE(IsSameOrigin("https://clark.example", "clark.example"));
  for (const char* origin :
       {"null", "http://127.0.0.1:12001", "http://evil.example", "ftp://127.0.0.1:12000",
        "127.0.0.1:12000", "http://127.0.0.1:12000.evil"}) {
    EXPECT_FALSE(IsSameOrigin(origin, "127.0.0.1:12000")) << origin;
  }
}

}  // namespace
}  // namespace proxyherd::server
