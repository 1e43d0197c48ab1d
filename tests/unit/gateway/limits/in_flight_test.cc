// Tests when the system's buffers are queried, and which part of them is counted.
#include "gateway/limits/in_flight.h"

#include <gtest/gtest.h>

namespace proxyherd::gateway {
namespace {

TEST(InFlightTest, FewRepliesAreNotAskedAfter) {
  InFlight in_flight;
  in_flight.Sent(90);
  EXPECT_FALSE(in_flight.Due());
  EXPECT_FALSE(in_flight.MayBeMuch());
  EXPECT_EQ(in_flight.Counted(), 0U);
}

TEST(InFlightTest, ManySmallRepliesAreAskedAfterAsAreFewLargeOnes) {
  InFlight small;
  for (int i = 0; i < 4; ++i) small.Sent(90);
  EXPECT_TRUE(small.Due()) << "each is a segment";
  InFlight large;
  large.Sent(InFlight::kQueryBytes);
  EXPECT_TRUE(large.Due());
  EXPECT_TRUE(large.MayBeMuch());
}

TEST(InFlightTest, WhatTheSystemHoldsIsCountedIfItIsMuch) {
  InFlight in_flight;
  in_flight.Sent(100'000);
  in_flight.Seen(70'000);
  EXPECT_FALSE(in_flight.Due());
  EXPECT_TRUE(in_flight.MayBeMuch());
  EXPECT_EQ(in_flight.Counted(), 70'000U);
  in_flight.Seen(InFlight::kQueryBytes - 1);
  EXPECT_EQ(in_flight.Counted(), 0U);
  EXPECT_FALSE(in_flight.MayBeMuch());
}

// A client that reads nothing and sends a little at a time.
TEST(InFlightTest, WhatIsNotCountedHasABound) {
  InFlight in_flight;
  size_t held = 0;
  for (int i = 0; i < 10'000; ++i) {
    held += 90 + InFlight::kSegmentBytes;
    in_flight.Sent(90);
    if (in_flight.Due()) in_flight.Seen(held);
    ASSERT_LE(held - in_flight.Counted(), InFlight::kUncountedBytes + 90 + InFlight::kSegmentBytes);
  }
}

}  // namespace
}  // namespace proxyherd::gateway
