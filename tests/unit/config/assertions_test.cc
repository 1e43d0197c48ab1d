// Tests that REQUIRES of config/ are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "config/option_parser.h"

namespace proxyherd::config {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

TEST(AssertionsDeathTest, AnOptionIsAddedOnceAndBeforeParse) {
  const std::array<const char*, 1> arguments = {"program"};
  std::string text;
  OptionParser parser("program", "A program.", "");
  parser.Text("text", &text, "A text");
  EXPECT_DEATH(parser.Text("text", &text, "Again"), "!parsed && Find");
  bool flag = false;
  EXPECT_DEATH(parser.Flag("text", &flag, "A flag"), "!parsed && Find");
  parser.Parse(1, arguments.data(), nullptr);
  EXPECT_DEATH(parser.Flag("flag", &flag, "Late"), "!parsed && Find");
}

TEST(AssertionsDeathTest, OptionsAreParsedOnceAndThenShown) {
  const std::array<const char*, 1> arguments = {"program"};
  OptionParser parser("program", "A program.", "");
  EXPECT_DEATH(static_cast<void>(parser.Effective()), "parsed");
  parser.Parse(1, arguments.data(), nullptr);
  EXPECT_DEATH(parser.Parse(1, arguments.data(), nullptr), "parsed");
}

#endif

}  // namespace
}  // namespace proxyherd::config
