// Tests when the neighbour is known to have what was there before its changes flowed.
#include "peer/link/coverage.h"

#include <gtest/gtest.h>

#include <vector>

namespace proxyherd::peer {
namespace {

struct Step {
  enum What { kUp, kOwnSession, kNeighboursSession } what;
  uint64_t epoch;
  uint64_t attempt;
  bool complete;
};

TEST(Coverage, FollowsStreamsAndSessions) {
  const struct {
    const char* what;
    std::vector<Step> steps;
  } cases[] = {
      {"a new process has nothing", {{Step::kUp, 7, 1, false}}},
      {"until a session of our own has ended",
       {{Step::kUp, 7, 1, false}, {Step::kOwnSession, 0, 0, true}}},
      {"or one of the neighbour's",
       {{Step::kUp, 7, 1, false}, {Step::kNeighboursSession, 7, 1, true}}},
      {"not one that began before our dial",
       {{Step::kUp, 7, 3, false}, {Step::kNeighboursSession, 7, 2, false}}},
      {"nor one of another process",
       {{Step::kUp, 7, 1, false}, {Step::kNeighboursSession, 6, 1, false}}},
      {"the word of it may come first",
       {{Step::kNeighboursSession, 7, 2, false}, {Step::kUp, 7, 2, true}}},
      {"and does not count when it knew only an older dial",
       {{Step::kNeighboursSession, 7, 1, false}, {Step::kUp, 7, 2, false}}},
      {"a new stream to the same process changes nothing",
       {{Step::kUp, 7, 1, false},
        {Step::kOwnSession, 0, 0, true},
        {Step::kUp, 7, 5, true},
        {Step::kNeighboursSession, 7, 0, true}}},
      {"the changes flow since the first dial, which is what a session has to cover",
       {{Step::kUp, 7, 1, false},
        {Step::kUp, 7, 5, false},
        {Step::kNeighboursSession, 7, 1, true}}},
      {"another process has nothing again",
       {{Step::kUp, 7, 1, false}, {Step::kOwnSession, 0, 0, true}, {Step::kUp, 8, 2, false}}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    Coverage coverage;
    EXPECT_FALSE(coverage.complete());
    EXPECT_EQ(coverage.epoch_ns(), 0U);
    for (const Step& step : one.steps) {
      switch (step.what) {
        case Step::kUp: {
          const bool other = step.epoch != coverage.epoch_ns();
          EXPECT_EQ(coverage.OnStreamUp(step.epoch, step.attempt), other);
          EXPECT_EQ(coverage.epoch_ns(), step.epoch);
          break;
        }
        case Step::kOwnSession:
          coverage.OnOwnSession();
          break;
        case Step::kNeighboursSession:
          coverage.OnNeighboursSession(step.epoch, step.attempt);
          break;
      }
      EXPECT_EQ(coverage.complete(), step.complete);
    }
  }
}

}  // namespace
}  // namespace proxyherd::peer
