// Tests that REQUIRES of base/ are asserted. docs/assertions.md has the whole table.
#include <gtest/gtest.h>

#include "base/counters.h"
#include "base/status_labels.h"
#include "base/utf8.h"

namespace proxyherd {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

TEST(BaseDeathTest, ABucketIsOneOfTheHistograms) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.InBucket(LatencyHistogram::kBoundsNs.size()), 0U);
  EXPECT_DEATH(histogram.InBucket(LatencyHistogram::kBoundsNs.size() + 1), "bucket < buckets_");
}

TEST(BaseDeathTest, ACodeIsAStatus) {
  EXPECT_EQ(StatusLabel(kStatusCodes - 1), "unauthenticated");
  EXPECT_DEATH(StatusLabel(kStatusCodes), "code < kStatusCodes");
}

TEST(BaseDeathTest, ASequenceBeginsInAText) {
  EXPECT_EQ(Utf8SequenceBytes("\xC3\xA4"), 2U);
  EXPECT_DEATH(Utf8SequenceBytes(""), "!text.empty");
}

#endif

}  // namespace
}  // namespace proxyherd
