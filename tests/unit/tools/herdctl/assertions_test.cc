// Tests that REQUIRES of tools/herdctl are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "base/env.h"
#include "config/herd_file.h"
#include "tools/herdctl/ask/drain.h"
#include "tools/herdctl/ask/node_questions.h"
#include "tools/herdctl/ask/rolling_restart_command.h"
#include "tools/herdctl/view/ending.h"
#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

TEST(AssertionsDeathTest, AHerdViewHasAReportForEachMember) {
  config::HerdFile file;
  EXPECT_DEATH(MakeHerdView(file, {MemberReport{}}, std::nullopt), "file.nodes.size");
  EXPECT_DEATH(MakeHerdView(file, {}, MemberReport{}), "file.places.has_value");
}

TEST(AssertionsDeathTest, NothingIsLeftOfAProcessThatHasEnded) {
  MemberReport down;
  down.state = MemberState::kDown;
  EXPECT_DEATH(static_cast<void>(WhatIsLeft(down, {})), "it has ended");
}

TEST(AssertionsDeathTest, QuestionsNeedANode) {
  EXPECT_DEATH(NodeQuestions({}, kSecond), "nodes_.empty");
}

TEST(AssertionsDeathTest, NodesThatEndAreOfTheHerdFile) {
  const config::HerdFile file;
  DrainCommand drain;
  drain.node = "Clark";
  EXPECT_DEATH(RunDrain(drain, file), "command.node");
  RollingCommand rolling;
  rolling.nodes = {"Clark"};
  EXPECT_DEATH(RunRollingRestart(rolling, file), "file.Find");
}

#endif

}  // namespace
}  // namespace proxyherd::tools
