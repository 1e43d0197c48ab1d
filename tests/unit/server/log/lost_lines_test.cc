// Tests the log's lines about lost lines, and how often they come.
#include "server/log/lost_lines.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace proxyherd::server {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// Returns the text written ahead of the next line.
std::string Next(LostLines& lost, uint64_t dropped, int64_t now_ns) {
  std::string message = lost.Message(dropped, now_ns);
  lost.Reported(dropped, now_ns);
  return message;
}

TEST(LostLines, AreToldOnce) {
  LostLines lost;
  EXPECT_EQ(Next(lost, 0, 0), "");
  lost.WriteFailed(ENOSPC);
  lost.WriteFailed(EIO);
  EXPECT_EQ(lost.Message(0, 1), "2 log lines were not written (Input/output error)");
  EXPECT_EQ(Next(lost, 0, 2), "2 log lines were not written (Input/output error)")
      << "they had not been written yet";
  EXPECT_EQ(Next(lost, 0, 3), "");
  lost.WriteFailed(ENOSPC);
  EXPECT_EQ(Next(lost, 2, 4),
            "1 log line was not written (No space left on device); "
            "2 log lines were dropped, because the log was not read fast enough");
  EXPECT_EQ(Next(lost, 2, 5), "");
}

TEST(LostLines, ThatAreDroppedAllTheTimeAreToldOnceASecond) {
  LostLines lost;
  EXPECT_EQ(Next(lost, 5, 10 * kSecond).substr(0, 7), "5 log l");
  EXPECT_EQ(Next(lost, 6, 10 * kSecond + 1), "");
  EXPECT_EQ(Next(lost, 9, 11 * kSecond - 1), "");
  EXPECT_EQ(Next(lost, 9, 11 * kSecond).substr(0, 7), "4 log l");
  EXPECT_EQ(Next(lost, 9, 20 * kSecond), "") << "nothing new";
  EXPECT_EQ(Next(lost, 10, 20 * kSecond + 1).substr(0, 7), "1 log l");
  EXPECT_EQ(Next(lost, 12, 1 * kSecond).substr(0, 7), "2 log l") << "the clock was set back";
}

}  // namespace
}  // namespace proxyherd::server
