// The format and the level of the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "node/logger.h"

namespace proxyherd {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LogFormat, IsWhatWasAskedFor) {
  EXPECT_EQ(ResolveLogFormat("text"), LogFormat::kText);
  EXPECT_EQ(ResolveLogFormat("json"), LogFormat::kJson);
}

TEST(LogLevel, HasNames) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    EXPECT_EQ(ParseLogLevel(NameOf(level)), level);
  }
  EXPECT_EQ(ParseLogLevel("loud"), std::nullopt);
}

// What is logged at a level.
std::string LogAt(LogLevel first, LogLevel then) {
  ::testing::internal::CaptureStderr();
  {
    Logger logger("Clark", LogFormat::kText, first);
    logger.SetLevel(then);
    EXPECT_EQ(logger.level(), then);
    logger.Debug("a debug line");
    logger.Info("an info line");
    logger.Warning("a warning line");
    logger.Error("an error line");
  }
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogLevel, LeavesOutWhatMattersLess) {
  const std::string debug = LogAt(LogLevel::kError, LogLevel::kDebug);
  for (const char* line : {"debug Clark: a debug line", "info Clark: an info line",
                           "warning Clark: a warning line", "error Clark: an error line"}) {
    EXPECT_THAT(debug, HasSubstr(line));
  }
  const std::string warning = LogAt(LogLevel::kDebug, LogLevel::kWarning);
  EXPECT_THAT(warning, Not(HasSubstr("an info line")));
  EXPECT_THAT(warning, HasSubstr("a warning line"));
  const std::string error = LogAt(LogLevel::kInfo, LogLevel::kError);
  EXPECT_THAT(error, Not(HasSubstr("a warning line")));
  EXPECT_THAT(error, HasSubstr("an error line"));
}

TEST(LogLevel, SaysBeforehandWhatIsInVain) {
  Logger logger("Clark", LogFormat::kText);
  EXPECT_FALSE(logger.Logs(LogLevel::kDebug));
  EXPECT_TRUE(logger.Logs(LogLevel::kInfo));
  logger.SetLevel(LogLevel::kError);
  EXPECT_FALSE(logger.Logs(LogLevel::kWarning));
  EXPECT_TRUE(logger.Logs(LogLevel::kError));
}

}  // namespace
}  // namespace proxyherd
