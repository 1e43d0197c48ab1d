// Tests the log lines for events of links.
#include "node/traffic_logger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace proxyherd::node {
namespace {

using ::testing::EndsWith;
using Kind = peer::LinkEvent::Kind;

// Returns the line of an event, without its time.
std::string Line(const peer::LinkEvent& event) {
  ::testing::internal::CaptureStderr();
  {
    server::Logger logger("Clark", server::LogFormat::kText, server::LogLevel::kDebug);
    LogLinkEvent(event, logger);
  }
  const std::string line = ::testing::internal::GetCapturedStderr();
  return line.substr(line.find(' ') + 1);
}

TEST(LinkLines, AreThoseThatPeopleExpect) {
  constexpr int64_t kRetryNs = 400 * kMillisecond;
  EXPECT_EQ(Line({Kind::kOutgoingDown, "Jaquez", "connection refused", kRetryNs}),
            "warning Clark: link to Jaquez is down (connection refused), retrying in 0.4 s\n");
  EXPECT_EQ(Line({Kind::kOutgoingUp, "Jaquez", ""}), "info Clark: link to Jaquez is up\n");
  EXPECT_EQ(Line({Kind::kRefused, "", "too many"}),
            "warning Clark: refused an incoming link: too many\n");
}

TEST(LinkLines, HaveTheNumbersOfWhatHadNoLine) {
  EXPECT_EQ(Line({Kind::kOutgoingStillDown, "Jaquez", "connection refused", 900 * kMillisecond, 69,
                  60 * kSecond, 120 * kSecond}),
            "warning Clark: link to Jaquez is still down (connection refused) after 120 s, 70 "
            "attempts in the last 60 s, retrying in 0.9 s\n");
  EXPECT_EQ(Line({Kind::kOutgoingUp, "Jaquez", "", -1, 30, 60 * kSecond}),
            "info Clark: link to Jaquez is up; 30 changes before it in the last 60 s\n");
  EXPECT_EQ(Line({Kind::kRefused, "", "another herd", -1, 59, 60 * kSecond}),
            "warning Clark: refused 59 more incoming links in the last 60 s: another herd\n");
}

// Strings from neighbours may contain any bytes.
TEST(LinkLines, AreOneLineWhateverANeighbourSays) {
  EXPECT_THAT(Line({Kind::kOutgoingDown, "Jaquez", "a\nb"}), EndsWith("(a\\x0ab)\n"));
}

}  // namespace
}  // namespace proxyherd::node
