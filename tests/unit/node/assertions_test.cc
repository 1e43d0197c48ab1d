// Tests that REQUIRES of node/ are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "config/herd_file.h"
#include "node/herd_shape.h"
#include "node/node_context.h"
#include "runtime/real_env.h"
#include "server/log/logger.h"

namespace proxyherd::node {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

TEST(AssertionsDeathTest, AShapeIsThatOfANodeOfTheHerd) {
  const config::HerdFile herd;
  EXPECT_DEATH(static_cast<void>(ShapeOf(herd, "Clark")), "Find.name. != nullptr");
  EXPECT_DEATH(static_cast<void>(AddressesOf(herd, "Clark")), "Find.name. != nullptr");
}

TEST(AssertionsDeathTest, AContextIsThatOfANodeOfTheHerd) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        server::Logger logger("Clark", server::LogFormat::kText);
        NodeContext context({}, logger, runtime::RealEnv());
      },
      "self != nullptr");
}

#endif

}  // namespace
}  // namespace proxyherd::node
