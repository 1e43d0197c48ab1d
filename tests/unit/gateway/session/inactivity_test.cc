// Tests that a connection is given up if nothing has moved on it for too long.
#include "gateway/session/inactivity.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/env.h"

namespace proxyherd::gateway {
namespace {

constexpr Inactivity::Waiting kInput = {true, false, false};
constexpr Inactivity::Waiting kInputAndReplies = {true, true, false};
constexpr Inactivity::Waiting kInputAndSending = {true, false, true};
constexpr Inactivity::Waiting kSending = {false, false, true};

class InactivityTest : public testing::Test {
 protected:
  // Makes the check that each tick makes.
  std::optional<GatewayLimit> Check(int64_t now_s, const Inactivity::Waiting& waiting) {
    const auto passed = inactivity_.Check(now_s * kSecond, waiting, limits_);
    quiet_ = inactivity_.QuietSinceLastTick();
    return passed;
  }

  SessionLimits limits_{.first_line_timeout_ns = 10 * kSecond,
                        .idle_timeout_ns = 100 * kSecond,
                        .write_stall_timeout_ns = 20 * kSecond};
  Inactivity inactivity_{0};
  bool quiet_ = false;
};

TEST_F(InactivityTest, TheFirstLineMustCome) {
  inactivity_.OnReceived();
  EXPECT_EQ(Check(9, kInput), std::nullopt);
  EXPECT_EQ(Check(10, kInput), GatewayLimit::kFirstLineTimeout);
}

TEST_F(InactivityTest, AnIdleClientIsGivenUpLater) {
  inactivity_.OnLine();
  EXPECT_EQ(Check(99, kInput), std::nullopt);
  EXPECT_EQ(Check(100, kInput), GatewayLimit::kIdleTimeout);
}

TEST_F(InactivityTest, WhatIsReceivedOrOwedIsActivity) {
  inactivity_.OnLine();
  EXPECT_EQ(Check(90, kInputAndReplies), std::nullopt);
  inactivity_.OnReceived();
  EXPECT_EQ(Check(180, kInput), std::nullopt);
  EXPECT_EQ(Check(279, kInput), std::nullopt);
  EXPECT_EQ(Check(280, kInput), GatewayLimit::kIdleTimeout);
}

TEST_F(InactivityTest, AClientThatDoesNotReadIsGivenUp) {
  inactivity_.OnLine();
  EXPECT_EQ(Check(1, kInputAndSending), std::nullopt);
  inactivity_.OnSent();
  EXPECT_EQ(Check(20, kSending), std::nullopt);
  EXPECT_EQ(Check(39, kSending), std::nullopt);
  EXPECT_EQ(Check(40, kSending), GatewayLimit::kWriteStallTimeout);
}

TEST_F(InactivityTest, WithoutInputToComeThereIsNoIdleness) {
  EXPECT_EQ(Check(1000, {false, true, false}), std::nullopt);
}

TEST_F(InactivityTest, IsQuietIfNothingWasReceivedOrSentSinceTheLastTick) {
  inactivity_.OnReceived();
  Check(1, kInput);
  EXPECT_FALSE(quiet_);
  inactivity_.OnSent();
  Check(2, kInput);
  EXPECT_FALSE(quiet_);
  Check(3, kInput);
  EXPECT_TRUE(quiet_);
}

}  // namespace
}  // namespace proxyherd::gateway
