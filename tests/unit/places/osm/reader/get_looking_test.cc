// Tests that GetLooking calls `look` until the value is there.
#include "places/osm/reader/get_looking.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/env.h"

namespace proxyherd::places {
namespace {

constexpr int64_t kPauseNs = 1 * kMillisecond;

TEST(GetLookingTest, ItLooksUntilTheValueIsThere) {
  std::promise<int> promise;
  int looks = 0;
  const int value = GetLooking(promise.get_future(), kPauseNs, [&] {
    if (++looks == 3) promise.set_value(7);
  });
  EXPECT_EQ(value, 7);
  EXPECT_EQ(looks, 3);
}

TEST(GetLookingTest, WhatIsThereNeedsNoLook) {
  std::promise<int> promise;
  promise.set_value(7);
  EXPECT_EQ(GetLooking(promise.get_future(), kPauseNs, [] { FAIL(); }), 7);
}

TEST(GetLookingTest, ExceptionsComeOut) {
  std::promise<int> promise;
  promise.set_exception(std::make_exception_ptr(std::runtime_error("cut off")));
  EXPECT_THROW(GetLooking(promise.get_future(), kPauseNs, [] {}), std::runtime_error);
}

}  // namespace
}  // namespace proxyherd::places
