// Tests how much memory of a process the HTTP port takes.
#include "server/http/http_budget.h"

#include <gtest/gtest.h>

namespace proxyherd::server {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;

TEST(HttpBudget, WithoutKnownMemoryDescriptorsDecide) {
  EXPECT_EQ(MakeHttpBudget(1'048'576, 0).connections, kMaxHttpConnections);
  EXPECT_EQ(MakeHttpBudget(1'048'576, 0).viewers, 1000U);
  EXPECT_EQ(MakeHttpBudget(1'600, 0).connections, 100U);
  EXPECT_EQ(MakeHttpBudget(256, 0).connections, 64U);
  EXPECT_EQ(MakeHttpBudget(256, 0).answer_bytes, 64 * kMiB);
}

TEST(HttpBudget, TheWorstCaseFitsIntoTheMemory) {
  for (uint64_t memory = 12 * kMiB; memory < 4096 * kMiB; memory *= 2) {
    const HttpBudget budget = MakeHttpBudget(1'048'576, memory);
    EXPECT_LE(budget.connections * kHttpConnectionBytes + budget.answer_bytes, memory);
  }
  EXPECT_EQ(MakeHttpBudget(1'048'576, 4096 * kMiB).connections, kMaxHttpConnections);
  EXPECT_EQ(MakeHttpBudget(256, 4096 * kMiB).connections, 64U);
}

TEST(HttpBudget, SomeAreServedHoweverLittleMemoryThereIs) {
  const HttpBudget budget = MakeHttpBudget(1'048'576, 1);
  EXPECT_EQ(budget.connections, 16U);
  EXPECT_EQ(budget.viewers, 14U) << "scrapers find a place";
  EXPECT_EQ(budget.answer_bytes, 4 * kMiB);
}

}  // namespace
}  // namespace proxyherd::server
