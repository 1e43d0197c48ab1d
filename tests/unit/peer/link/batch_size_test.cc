// Tests how large batches may be.
#include "peer/link/batch_size.h"

#include <gtest/gtest.h>

namespace proxyherd::peer {
namespace {

TEST(BatchSize, GrowsToTheMostWithFullBatchesThatArriveQuickly) {
  BatchSize size;
  size.OnStreamUp();
  EXPECT_EQ(size.bytes(), kMinBatchBytes);
  for (int i = 0; i < 20; ++i) size.OnAcknowledged(size.bytes(), kMillisecond);
  EXPECT_EQ(size.bytes(), kMaxBatchBytes);
}

TEST(BatchSize, SmallBatchesProveNothing) {
  BatchSize size;
  size.OnStreamUp();
  for (int i = 0; i < 20; ++i) size.OnAcknowledged(100, kMillisecond);
  EXPECT_EQ(size.bytes(), kMinBatchBytes);
}

TEST(BatchSize, ShrinksToTheLeastWhenTheyTakeLong) {
  BatchSize size;
  for (int i = 0; i < 20; ++i) size.OnAcknowledged(size.bytes(), kMillisecond);
  size.OnAcknowledged(size.bytes(), kSlowBatchNs + 1);
  EXPECT_EQ(size.bytes(), kMaxBatchBytes / 2);
  for (int i = 0; i < 20; ++i) size.OnAcknowledged(100, kSlowBatchNs + 1);
  EXPECT_EQ(size.bytes(), kMinBatchBytes);
}

TEST(BatchSize, BeginsSmallOnEachStream) {
  BatchSize size;
  for (int i = 0; i < 20; ++i) size.OnAcknowledged(size.bytes(), kMillisecond);
  size.OnStreamUp();
  EXPECT_EQ(size.bytes(), kMinBatchBytes);
}

}  // namespace
}  // namespace proxyherd::peer
