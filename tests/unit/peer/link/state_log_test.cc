// Tests the number of log lines about links and refusals, whatever neighbours and strangers do.
#include "peer/link/state_log.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "peer/link/refusal_log.h"

namespace proxyherd::peer {
namespace {

using Say = StateLog::Say;

TEST(LineBudget, AllowsSomeAtOnceAndThenOneEachInterval) {
  LineBudget budget(3, 60);
  int taken = 0;
  for (int64_t now = 1000; now < 1000 + 60; ++now) taken += budget.Take(now) ? 1 : 0;
  EXPECT_EQ(taken, 3);
  for (int64_t now = 1060; now < 1060 + 600; ++now) taken += budget.Take(now) ? 1 : 0;
  EXPECT_EQ(taken, 3 + 10);
  // Unused lines are saved only up to a bound.
  for (int64_t now = 1'000'000; now < 1'000'060; ++now) taken += budget.Take(now) ? 1 : 0;
  EXPECT_EQ(taken, 3 + 10 + 3);
}

class StateLogTest : public ::testing::Test {
 protected:
  // Advances the time, and counts due lines.
  void Pass(int64_t ns) {
    now_ns_ += ns;
    if (now_ns_ >= log_.NextTimer()) Count(log_.Tick(now_ns_));
  }
  Say Up() { return Count(log_.OnUp(now_ns_)); }
  Say Down(CloseKind kind) { return Count(log_.OnDown(kind, now_ns_)); }
  Say Count(const StateLog::Line& line) {
    last_ = line;
    lines_ += line.say == Say::kNothing ? 0 : 1;
    return line.say;
  }

  StateLog log_;
  StateLog::Line last_;
  int64_t now_ns_ = 5 * kSecond;
  int lines_ = 0;
};

TEST_F(StateLogTest, SaysWhenAFaultBeginsOnceAMinuteAndWhenItEnds) {
  EXPECT_EQ(Up(), Say::kChange);
  Pass(kSecond);
  EXPECT_EQ(Down(CloseKind::kConnectionRefused), Say::kChange);
  lines_ = 0;
  for (int second = 1; second <= 180; ++second) {
    Pass(kSecond);
    const Say say = Down(CloseKind::kConnectionRefused);
    EXPECT_EQ(say, second % 60 == 0 ? Say::kStill : Say::kNothing) << second;
    if (say != Say::kStill) continue;
    EXPECT_EQ(last_.unsaid, 59U);
    EXPECT_EQ(last_.since_last_ns, 60 * kSecond);
    EXPECT_EQ(last_.for_ns, second * kSecond);
  }
  EXPECT_EQ(lines_, 3);
  Pass(kSecond);
  EXPECT_EQ(Up(), Say::kChange);
}

TEST_F(StateLogTest, TheEndOfThisProcessIsALineOnlyForALinkThatWasUp) {
  EXPECT_EQ(Up(), Say::kChange);
  EXPECT_EQ(Down(CloseKind::kStopped), Say::kChange);
  EXPECT_EQ(Up(), Say::kChange);
  EXPECT_EQ(Down(CloseKind::kNoConnection), Say::kChange);
  EXPECT_EQ(Down(CloseKind::kStopped), Say::kNothing);
}

TEST_F(StateLogTest, AnotherFaultIsALineAndTheFirstAgainIsNot) {
  EXPECT_EQ(Down(CloseKind::kConnectionRefused), Say::kChange);
  EXPECT_EQ(Down(CloseKind::kBroken), Say::kChange);
  EXPECT_EQ(Down(CloseKind::kConnectionRefused), Say::kNothing);
  EXPECT_EQ(Down(CloseKind::kBroken), Say::kNothing);
  EXPECT_EQ(Up(), Say::kChange);
  EXPECT_EQ(Down(CloseKind::kBroken), Say::kChange) << "a fault after success is news again";
}

TEST_F(StateLogTest, AFlappingLinkIsBoundedAndItsLastStateIsSaid) {
  for (int i = 0; i < 600; ++i) {
    Up();
    Pass(kSecond / 2);
    Down(i % 2 == 0 ? CloseKind::kBroken : CloseKind::kConnectionRefused);
    Pass(kSecond / 2);
  }
  EXPECT_LE(lines_, kLogBurst + 600 / 60);
  EXPECT_GE(lines_, kLogBurst + 600 / 60 - 1);
  // The link stays up now. Unless the last line said so, a line does when there is room.
  lines_ = 0;
  Up();
  for (int i = 0; i < 120; ++i) Pass(kSecond);
  EXPECT_EQ(lines_, 1);
  EXPECT_EQ(log_.NextTimer(), std::numeric_limits<int64_t>::max()) << "the log has its last state";
}

TEST_F(StateLogTest, ALineAfterManyWithoutOneHasTheirNumber) {
  for (int i = 0; i < 3; ++i) {
    Up();
    Down(CloseKind::kBroken);
  }
  EXPECT_EQ(lines_, kLogBurst);
  for (int i = 0; i < 10; ++i) {
    Up();
    Down(CloseKind::kBroken);
  }
  EXPECT_EQ(lines_, kLogBurst);
  now_ns_ += 60 * kSecond;
  EXPECT_EQ(Up(), Say::kChange);
  EXPECT_EQ(last_.unsaid, 20U);
}

TEST_F(StateLogTest, ALineOfAnEverydayRestartHasNoNumber) {
  Up();
  EXPECT_EQ(Down(CloseKind::kBroken), Say::kChange);
  for (int i = 0; i < 5; ++i) {
    Pass(kSecond);
    Down(CloseKind::kConnectionRefused);
  }
  EXPECT_EQ(Up(), Say::kChange);
  EXPECT_EQ(last_.unsaid, 0U) << "the attempts while it was away are no news";
}

TEST_F(StateLogTest, AChangeThatHadToWaitIsNotAmongThoseBeforeIt) {
  for (int i = 0; i < 3; ++i) {
    Up();
    Down(CloseKind::kBroken);
  }
  EXPECT_EQ(Up(), Say::kNothing);
  lines_ = 0;
  for (int i = 0; i < 61 && lines_ == 0; ++i) Pass(kSecond);
  EXPECT_EQ(last_.say, Say::kChange);
  EXPECT_EQ(last_.unsaid, 0U);
  EXPECT_EQ(log_.NextTimer(), std::numeric_limits<int64_t>::max());
}

// Covers any neighbour, at any pace.
TEST_F(StateLogTest, NoOrderOfEventsPassesTheBound) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 random(seed);
    log_ = StateLog();
    lines_ = 0;
    const int64_t began_ns = now_ns_;
    for (int i = 0; i < 3000; ++i) {
      Pass(static_cast<int64_t>(random() % static_cast<uint64_t>(kSecond)));
      if (random() % 3 == 0) {
        Up();
      } else {
        Down(static_cast<CloseKind>(random() % kCloseKinds));
      }
    }
    EXPECT_LE(lines_, kLogBurst + (now_ns_ - began_ns) / kLogIntervalNs) << seed;
  }
}

class RefusalLogTest : public ::testing::Test {
 protected:
  void Refuse(CloseKind kind, const std::string& node) {
    if (log_.OnRefused({kind, "reason"}, node, now_ns_)) ++lines_;
  }
  std::vector<RefusalLog::Line> Pass(int64_t ns) {
    now_ns_ += ns;
    std::vector<RefusalLog::Line> lines = log_.Tick(now_ns_);
    lines_ += lines.size();
    return lines;
  }

  RefusalLog log_;
  int64_t now_ns_ = 5 * kSecond;
  size_t lines_ = 0;
};

TEST_F(RefusalLogTest, AStrangerThatDialsEverySecondIsOneLineAndThenOneAMinute) {
  std::vector<uint64_t> numbers;
  for (int second = 0; second < 185; ++second) {
    Refuse(CloseKind::kOtherHerd, "Bona");
    for (const RefusalLog::Line& line : Pass(kSecond)) numbers.push_back(line.more);
  }
  EXPECT_EQ(lines_, 4U);
  EXPECT_EQ(numbers, (std::vector<uint64_t>{59, 60, 60}));
  // The rest also has a line; then the next refusal is news.
  EXPECT_EQ(Pass(60 * kSecond).size(), 1U);
  EXPECT_EQ(Pass(60 * kSecond).size(), 0U);
  EXPECT_EQ(log_.NextTimer(), std::numeric_limits<int64_t>::max());
  Refuse(CloseKind::kOtherHerd, "Bona");
  EXPECT_EQ(lines_, 6U);
}

TEST_F(RefusalLogTest, AnotherKindOrNodeIsALine) {
  Refuse(CloseKind::kOtherHerd, "Bona");
  Refuse(CloseKind::kNotANeighbour, "Bona");
  Refuse(CloseKind::kNotANeighbour, "Zoe");
  Refuse(CloseKind::kNotANeighbour, "Zoe");
  EXPECT_EQ(lines_, 3U);
}

TEST_F(RefusalLogTest, NamesThatAreMadeUpAreBounded) {
  for (int i = 0; i < 10'000; ++i) {
    Refuse(CloseKind::kNotANeighbour, absl::StrCat("stranger-", i));
    if (i % 10 == 0) Pass(kSecond / 2);
  }
  // The test lasts 500 seconds; all other strangers share one entry.
  EXPECT_LE(lines_, (kMaxRefusalsLogged + 1) * (500 / 60 + 1));
  EXPECT_GT(lines_, kMaxRefusalsLogged);
}

}  // namespace
}  // namespace proxyherd::peer
