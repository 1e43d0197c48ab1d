// What the log shows of bytes that others chose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/logger.h"

namespace proxyherd {
namespace {

TEST(Printable, LetsNobodyWriteLinesOfTheirOwn) {
  EXPECT_EQ(Printable("IAMAT kiwi +1-1 1"), "IAMAT kiwi +1-1 1");
  EXPECT_EQ(Printable("a\nb\rc\x1b[31md"), "a\\x0ab\\x0dc\\x1b[31md");
  EXPECT_EQ(Printable("\\x0a"), "\\\\x0a");
  EXPECT_EQ(Printable("\xff\x7f"), "\\xff\\x7f");
  EXPECT_EQ(Printable("\xc3\xa4"), "\xc3\xa4");
}

TEST(LogFormat, IsWhatWasAskedFor) {
  EXPECT_EQ(ResolveLogFormat("text"), LogFormat::kText);
  EXPECT_EQ(ResolveLogFormat("json"), LogFormat::kJson);
}

}  // namespace
}  // namespace proxyherd
