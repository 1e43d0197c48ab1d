// The format of the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/logger.h"

namespace proxyherd {
namespace {

TEST(LogFormat, IsWhatWasAskedFor) {
  EXPECT_EQ(ResolveLogFormat("text"), LogFormat::kText);
  EXPECT_EQ(ResolveLogFormat("json"), LogFormat::kJson);
}

}  // namespace
}  // namespace proxyherd
