// Tests how a node divides its memory.
#include "node/options/memory_budget.h"

#include <gtest/gtest.h>

namespace proxyherd::node {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

TEST(MemoryBudgetTest, ContainersOfCompose) {
  const MemoryBudget budget = BudgetFor(512 * kMiB);
  EXPECT_EQ(budget.own_bytes, 128 * kMiB);
  EXPECT_EQ(budget.unsent_bytes, 64 * kMiB);
  EXPECT_EQ(budget.table_bytes, 160 * kMiB);
  EXPECT_EQ(budget.grpc_bytes, 32 * kMiB);
  EXPECT_EQ(budget.connection_bytes, 64 * kMiB);
  EXPECT_EQ(budget.http_bytes, 64 * kMiB);
  EXPECT_EQ(budget.watch_bytes, 16 * kMiB);
  EXPECT_EQ(budget.max_ack_waits, 41'943U);
}

TEST(MemoryBudgetTest, TwoTablesAndAllElseFit) {
  for (uint64_t memory = kMinNodeMemory; memory < (uint64_t{1} << 45); memory += memory / 3) {
    const MemoryBudget budget = BudgetFor(memory);
    EXPECT_GE(budget.table_bytes, 16 * kMiB) << memory;
    EXPECT_LE(budget.own_bytes + budget.unsent_bytes + 2 * budget.table_bytes, memory);
    EXPECT_LE(budget.grpc_bytes, 256 * kMiB);
    // The memory of an idle process and any three of its parts at their maximum fit into its share
    // and the memory that is free while nothing heals.
    const uint64_t at_worst = budget.connection_bytes + budget.grpc_bytes + budget.http_bytes +
                              budget.watch_bytes + budget.max_ack_waits * 400;
    EXPECT_LE(48 * kMiB + at_worst, budget.own_bytes + budget.table_bytes) << memory;
  }
}

TEST(MemoryBudgetTest, TooLittleIsNoTable) {
  EXPECT_EQ(BudgetFor(0).table_bytes, 0U);
  EXPECT_EQ(BudgetFor(kMinNodeMemory - 1).table_bytes, 0U);
}

TEST(MemoryBudgetTest, PlacesInTheSameProcessTakeTheirPart) {
  EXPECT_EQ(BudgetFor(1024 * kMiB, 100 * kMiB).table_bytes,
            BudgetFor(1024 * kMiB).table_bytes - 50 * kMiB);
  EXPECT_EQ(BudgetFor(512 * kMiB, 400 * kMiB).table_bytes, 0U);
}

TEST(MemoryBudgetTest, FilesOfPlacesGetWhatTheProcessDoesNotNeed) {
  EXPECT_EQ(PlacesBytesFor(512 * kMiB), 384 * kMiB);
  EXPECT_EQ(PlacesBytesFor(8192 * kMiB), 6144 * kMiB);
  EXPECT_EQ(PlacesBytesFor(100 * kMiB), 0U);
  EXPECT_EQ(EmbeddedPlacesBytesFor(512 * kMiB), 128 * kMiB);
}

TEST(MemoryBudgetTest, BytesForPeople) {
  EXPECT_EQ(BytesText(512 * kMiB), "512 MiB");
  EXPECT_EQ(BytesText(24 * 1024 * kMiB + 512 * kMiB), "24.5 GiB");
}

}  // namespace
}  // namespace proxyherd::node
