// Tests how many connections are allowed.
#include "gateway/limits/connection_limit.h"

#include <gtest/gtest.h>

namespace proxyherd::gateway {
namespace {

struct Case {
  const char* name;
  ConnectionMeans means;
  int64_t limit;
};

class ConnectionLimitTest : public testing::TestWithParam<Case> {};

TEST_P(ConnectionLimitTest, IsTheLeastOfTheMeans) {
  EXPECT_EQ(ConnectionLimit(GetParam().means), GetParam().limit);
}

constexpr uint64_t kMiB = uint64_t{1} << 20;

INSTANTIATE_TEST_SUITE_P(
    Means, ConnectionLimitTest,
    testing::Values(Case{"DescriptorsWhereMemoryIsNotKnown", {0, 1'048'576, 0}, 1'048'448},
                    Case{"MemoryWhereThatIsLess", {0, 1'048'576, 128 * kMiB}, 8192},
                    Case{"DescriptorsWhereTheyAreFewer", {0, 1024, 128 * kMiB}, 896},
                    Case{"WhatIsWanted", {20'000, 1024, 128 * kMiB}, 20'000},
                    Case{"OneOfFewDescriptors", {0, 100, 128 * kMiB}, 1},
                    Case{"OneOfLittleMemory", {0, 1024, 1}, 1},
                    Case{"AnyMemoryThatThereIs", {0, 2'000'000'000, UINT64_MAX}, 1'999'999'872}),
    [](const testing::TestParamInfo<Case>& info) { return info.param.name; });

TEST(ConnectionsThatFitTest, EachTakesSixteenKiB) {
  EXPECT_EQ(ConnectionsThatFit(0), 1);
  EXPECT_EQ(ConnectionsThatFit(kConnectionBytes - 1), 1);
  EXPECT_EQ(ConnectionsThatFit(10 * kConnectionBytes), 10);
  EXPECT_EQ(ConnectionsThatFit(kMiB), 64);
}

}  // namespace
}  // namespace proxyherd::gateway
