// Tests when heartbeats are due, what their answers measure, and when a neighbour is silent.
#include "peer/link/heartbeat_clock.h"

#include <gtest/gtest.h>

#include <vector>

namespace proxyherd::peer {
namespace {

// How far the wall clock is ahead of the monotonic one.
constexpr int64_t kWall = 1'600'000'000 * kSecond;

Heartbeat AnswerTo(uint64_t number, int64_t clock_ns = 0) {
  Heartbeat answer;
  answer.number = number;
  answer.clock_ns = clock_ns;
  return answer;
}

TEST(HeartbeatClock, BeatsAtOnceAndThenAtMultiplesOfItsInterval) {
  constexpr int64_t kUpNs = kSecond + 30 * kMillisecond;
  HeartbeatClock clock;
  clock.OnStreamUp(kUpNs);
  EXPECT_EQ(clock.NextBeat(), kUpNs);
  EXPECT_EQ(clock.Beat(kUpNs, kWall), 1U);
  EXPECT_EQ(clock.NextBeat(), kSecond + kHeartbeatIntervalNs);
  EXPECT_FALSE(clock.Due(kSecond + kHeartbeatIntervalNs - 1));
  EXPECT_TRUE(clock.Due(kSecond + kHeartbeatIntervalNs));
  const int64_t late_ns = kSecond + 3 * kHeartbeatIntervalNs + kMillisecond;
  EXPECT_EQ(clock.Beat(late_ns, kWall), 2U);
  EXPECT_EQ(clock.NextBeat(), 2 * kSecond) << "one that is late moves no other";
  EXPECT_EQ(clock.Beat(2 * kSecond, kWall), 3U);
  EXPECT_EQ(clock.NextBeat(), 2 * kSecond + kHeartbeatIntervalNs) << "one on time, too";
  clock.HurryTo(2 * kSecond + 1);
  EXPECT_TRUE(clock.Due(2 * kSecond + 1));
}

TEST(HeartbeatClock, CountsFromOneOnEachStream) {
  HeartbeatClock clock;
  clock.OnStreamUp(0);
  clock.Beat(0, kWall);
  clock.OnAnswer(AnswerTo(1), kMillisecond);
  EXPECT_EQ(clock.beats(), 1U);
  EXPECT_EQ(clock.answered_beat(), 1U);
  clock.OnStreamDown();
  EXPECT_EQ(clock.beats(), 0U);
  EXPECT_EQ(clock.answered_beat(), 0U);
  EXPECT_FALSE(clock.answer().has_value());
  clock.OnStreamUp(kSecond);
  EXPECT_EQ(clock.Beat(kSecond, kWall), 1U);
}

TEST(HeartbeatClock, KeepsTheLastAnswer) {
  HeartbeatClock clock;
  Heartbeat answer = AnswerTo(3);
  answer.records = 7;
  answer.serving = true;
  clock.OnAnswer(answer, 0);
  ASSERT_TRUE(clock.answer().has_value());
  EXPECT_EQ(clock.answer()->records, 7U);
  EXPECT_TRUE(clock.answer()->serving);
}

// Beats and answers on one stream, and the measurements expected by then.
struct Step {
  enum What { kBeat, kAnswer, kDown } what;
  int64_t at_ms;
  uint64_t number = 0;       // of the beat that is answered
  int64_t clock_at_ms = -1;  // what the neighbour's wall clock shows; -1: not sent
  int64_t round_trip_ms = 0;
  int64_t ahead_ms = 0;
};

TEST(HeartbeatClock, MeasuresByOneBeatAtATime) {
  const struct {
    const char* what;
    std::vector<Step> steps;
  } cases[] = {
      {"the time to the answer", {{Step::kBeat, 0}, {Step::kAnswer, 4, 1, -1, 4}}},
      {"the neighbour's clock, which was read half way",
       {{Step::kBeat, 0}, {Step::kAnswer, 4, 1, 52, 4, 50}}},
      {"or is behind", {{Step::kBeat, 100}, {Step::kAnswer, 110, 1, 75, 10, -30}}},
      {"a clock that is not told keeps what is known",
       {{Step::kBeat, 0},
        {Step::kAnswer, 4, 1, 52, 4, 50},
        {Step::kBeat, 250, 0, -1, 4, 50},
        {Step::kAnswer, 256, 2, -1, 6, 50}}},
      {"late answers, by the first beat that waits for one",
       {{Step::kBeat, 0},
        {Step::kBeat, 250},
        {Step::kAnswer, 300, 1, -1, 300},
        {Step::kAnswer, 310, 2, -1, 300},
        {Step::kBeat, 500, 0, -1, 300},
        {Step::kAnswer, 501, 3, -1, 1}}},
      {"numbers that are not awaited measure nothing",
       {{Step::kAnswer, 1, 0, 9}, {Step::kBeat, 2}, {Step::kAnswer, 3, 2, 9}}},
      {"another stream begins anew, and clocks stay as they were",
       {{Step::kBeat, 0},
        {Step::kAnswer, 4, 1, 52, 4, 50},
        {Step::kBeat, 250, 0, -1, 4, 50},
        {Step::kDown, 260, 0, -1, 0, 50},
        {Step::kAnswer, 270, 2, 99, 0, 50},
        {Step::kBeat, 600, 0, -1, 0, 50},
        {Step::kAnswer, 602, 1, 611, 2, 10}}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    HeartbeatClock clock;
    for (const Step& step : one.steps) {
      const int64_t now_ns = step.at_ms * kMillisecond;
      switch (step.what) {
        case Step::kBeat:
          clock.HurryTo(now_ns);
          clock.Beat(now_ns, kWall + now_ns);
          break;
        case Step::kAnswer: {
          const int64_t clock_ns =
              step.clock_at_ms < 0 ? 0 : kWall + step.clock_at_ms * kMillisecond;
          clock.OnAnswer(AnswerTo(step.number, clock_ns), now_ns);
          break;
        }
        case Step::kDown:
          clock.OnStreamDown();
          break;
      }
      EXPECT_EQ(clock.round_trip_ns(), step.round_trip_ms * kMillisecond) << step.at_ms;
      EXPECT_EQ(clock.clock_ahead_ns(), step.ahead_ms * kMillisecond) << step.at_ms;
    }
  }
}

TEST(HeartbeatClock, AClockBefore1970IsNone) {
  HeartbeatClock clock;
  clock.OnStreamUp(0);
  clock.Beat(0, kWall);
  clock.OnAnswer(AnswerTo(1, -5), kMillisecond);
  EXPECT_EQ(clock.round_trip_ns(), kMillisecond);
  EXPECT_EQ(clock.clock_ahead_ns(), 0);
}

TEST(HeartbeatClock, ANeighbourIsSilentWhenItWasNotHeardForTooLong) {
  HeartbeatClock clock;
  clock.OnHeard(kSecond);
  EXPECT_EQ(clock.SilentAt(), kSecond + kLivenessTimeoutNs);
  EXPECT_FALSE(clock.Silent(kSecond + kLivenessTimeoutNs - 1));
  EXPECT_TRUE(clock.Silent(kSecond + kLivenessTimeoutNs));
  clock.OnHeard(2 * kSecond);
  EXPECT_FALSE(clock.Silent(kSecond + kLivenessTimeoutNs));
  clock.Beat(2 * kSecond, kWall);
  EXPECT_EQ(clock.SilentAt(), 2 * kSecond + kLivenessTimeoutNs) << "our own beats prove nothing";
}

#ifndef NDEBUG
TEST(HeartbeatClockDeathTest, BeatsOnlyWhenDue) {
  HeartbeatClock clock;
  clock.OnStreamUp(kSecond);
  EXPECT_DEATH(clock.Beat(kSecond - 1, kWall), "Due");
}
#endif

}  // namespace
}  // namespace proxyherd::peer
