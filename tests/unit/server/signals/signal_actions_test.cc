// Tests the actions of signals, one after the other.
#include "server/signals/signal_actions.h"

#include <gtest/gtest.h>

#include <csignal>
#include <utility>
#include <vector>

namespace proxyherd::server {
namespace {

using Action = SignalAction;

// Expects an action for each signal.
void Expect(const std::vector<std::pair<int, Action>>& signals) {
  SignalActions actions;
  for (size_t i = 0; i < signals.size(); ++i) {
    EXPECT_EQ(actions.Take(signals[i].first), signals[i].second) << "number " << i;
  }
}

TEST(SignalActions, ASecondSignalEndsAtOnceWhicheverItIs) {
  for (const int first : {SIGTERM, SIGINT, SIGQUIT}) {
    for (const int second : {SIGTERM, SIGINT, SIGQUIT}) {
      Expect({{first, Action::kStop}, {second, Action::kEndNow}});
    }
  }
}

TEST(SignalActions, AfterACallTheSupervisorsSignalIsNotTheSecond) {
  Expect({{SIGUSR2, Action::kStop},
          {SIGUSR2, Action::kNothing},
          {SIGTERM, Action::kStopAlready},
          {SIGUSR2, Action::kNothing},
          {SIGQUIT, Action::kEndNow}});
  Expect({{SIGTERM, Action::kStop}, {SIGUSR2, Action::kNothing}, {SIGINT, Action::kEndNow}});
}

TEST(SignalActions, OthersStopNothing) {
  Expect({{SIGHUP, Action::kReload},
          {SIGUSR1, Action::kReopenLog},
          {SIGPROF, Action::kIgnore},
          {SIGRTMAX, Action::kIgnore},
          {SIGHUP, Action::kReload},
          {SIGTERM, Action::kStop},
          {SIGHUP, Action::kNothing},
          {SIGUSR1, Action::kReopenLog},
          {SIGPROF, Action::kIgnore},
          {SIGTERM, Action::kEndNow}});
}

TEST(SignalActions, KnowsWhatItStopsBy) {
  SignalActions actions;
  actions.Take(SIGHUP);
  EXPECT_EQ(actions.first(), 0);
  actions.Take(SIGINT);
  actions.Take(SIGTERM);
  EXPECT_EQ(actions.first(), SIGINT);
  EXPECT_TRUE(SignalActions::Stops(SIGUSR2));
  EXPECT_FALSE(SignalActions::Stops(SIGUSR1));
}

}  // namespace
}  // namespace proxyherd::server
