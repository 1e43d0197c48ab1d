// Tests the log lines about a link; state_log_test.cc tests how many there may be.
#include "peer/link/link_log.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/env.h"

namespace proxyherd::peer {
namespace {

using Kind = LinkEvent::Kind;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

class LinkLogTest : public ::testing::Test {
 protected:
  // Expects a line of this kind and with this reason, about Bona.
  static void Expect(const std::optional<LinkEvent>& line, Kind kind, const std::string& reason) {
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->kind, kind);
    EXPECT_EQ(line->reason, reason);
    EXPECT_EQ(line->neighbour, "Bona");
  }

  LinkLog log_{"Bona"};
};

TEST_F(LinkLogTest, SaysWhenStreamsComeUpAndGoDown) {
  Expect(log_.OnOutgoingDown({CloseKind::kConnectionRefused, "refused"}, 7, 0), Kind::kOutgoingDown,
         "refused");
  Expect(log_.OnOutgoingUp(1), Kind::kOutgoingUp, "");
  Expect(log_.OnIncomingUp(2), Kind::kIncomingUp, "");
  Expect(log_.OnIncomingDown({CloseKind::kEnded, "ended"}, 3), Kind::kIncomingDown, "ended");
}

TEST_F(LinkLogTest, AttemptsInVainAreRetriesUntilALineIsDue) {
  const CloseReason refused = {CloseKind::kConnectionRefused, "refused"};
  const auto down = log_.OnOutgoingDown(refused, 100, 0);
  Expect(down, Kind::kOutgoingDown, "refused");
  EXPECT_EQ(down->retry_in_ns, 100);
  const auto retried = log_.OnOutgoingDown(refused, 160, kSecond);
  Expect(retried, Kind::kRetried, "refused");
  EXPECT_EQ(retried->retry_in_ns, 160);
  const auto still = log_.OnOutgoingDown(refused, 256, kLogIntervalNs);
  Expect(still, Kind::kOutgoingStillDown, "refused");
  EXPECT_EQ(still->unsaid, 1U);
  EXPECT_EQ(still->for_ns, kLogIntervalNs);
}

TEST_F(LinkLogTest, ChangesBeyondTheBoundAreSaidLater) {
  for (int i = 0; i < kLogBurst; ++i) {
    const bool up = i % 2 == 0;
    EXPECT_TRUE((up ? log_.OnIncomingUp(i) : log_.OnIncomingDown({}, i)).has_value()) << i;
  }
  EXPECT_EQ(log_.NextTimer(), kNever);
  EXPECT_FALSE(log_.OnIncomingUp(kSecond).has_value());
  const int64_t due_ns = log_.NextTimer();
  ASSERT_NE(due_ns, kNever);
  EXPECT_TRUE(log_.Tick(due_ns - 1).empty());
  const std::vector<LinkEvent> lines = log_.Tick(due_ns);
  ASSERT_EQ(lines.size(), 1U);
  Expect(lines[0], Kind::kIncomingUp, "");
  EXPECT_EQ(log_.NextTimer(), kNever);
}

TEST_F(LinkLogTest, AChangeOfTheOutgoingStreamWaitsOnlyWhileItIsUp) {
  for (int i = 0; i < kLogBurst; ++i) {
    const bool up = i % 2 == 0;
    EXPECT_TRUE((up ? log_.OnOutgoingUp(i) : log_.OnOutgoingDown({}, 0, i)).has_value()) << i;
  }
  EXPECT_FALSE(log_.OnOutgoingUp(kSecond).has_value());
  EXPECT_NE(log_.NextTimer(), kNever);
  Expect(log_.OnOutgoingDown({CloseKind::kSilent, "silent"}, 0, 2 * kSecond), Kind::kRetried,
         "silent");
  EXPECT_EQ(log_.NextTimer(), kNever) << "the next attempt in vain brings the line";
}

TEST_F(LinkLogTest, WarnsOfSettingsSoManyTimes) {
  for (int i = 0; i < kLogBurst; ++i) Expect(log_.OnMismatch("no", i), Kind::kWarning, "no");
  EXPECT_FALSE(log_.OnMismatch("no", kSecond).has_value());
  EXPECT_TRUE(log_.OnMismatch("no", 2 * kLogIntervalNs).has_value());
}

}  // namespace
}  // namespace proxyherd::peer
