// Tests which node is asked to end, and when: one at a time, and none while something is wrong.
#include "tools/herdctl/view/rolling_restart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/env.h"

namespace proxyherd::tools {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using Action = RollingRestart::Action;

// Ann, Ben and Cid in a row, and the world that a rolling restart sees.
class RollingRestartTest : public testing::Test {
 protected:
  RollingRestartTest() {
    for (const std::string name : {"Ann", "Ben", "Cid"}) {
      config::HerdNode node;
      node.name = name;
      node.host = "127.0.0.1";
      file_.nodes.push_back(node);
      Serves(name, 1);
    }
    file_.herd = "seed";
    file_.links = {{"Ann", "Ben"}, {"Ben", "Cid"}};
  }

  MemberReport& Report(const std::string& name) {
    return reports_[static_cast<size_t>(name == "Ann" ? 0 : name == "Ben" ? 1 : 2)];
  }
  void Serves(const std::string& name, int64_t started_ns) {
    Report(name).state = MemberState::kServing;
    Report(name).problem.clear();
    Report(name).started_ns = started_ns;
    Report(name).digest = "same";
  }
  void Is(const std::string& name, MemberState state) { Report(name).state = state; }

  // The links between answering nodes are up.
  HerdView View() {
    std::vector<MemberReport> reports = reports_;
    for (const auto& [a, b] : file_.links) {
      for (const auto& [one, other] : {std::pair(a, b), std::pair(b, a)}) {
        const bool up = Report(other).state != MemberState::kDown && !cut_;
        LinkEnd end{.neighbour = other, .outgoing_up = up, .incoming_up = up};
        end.agrees = Report(one).digest == Report(other).digest;
        reports[static_cast<size_t>(&Report(one) - reports_.data())].links.push_back(end);
      }
    }
    return MakeHerdView(file_, std::move(reports), std::nullopt);
  }

  Action Look(std::string* node = nullptr) {
    const RollingRestart::Step step = rolling().Look(View(), ports_, now_ns_);
    if (node != nullptr) *node = step.node;
    return step.action;
  }
  // Returns the node that is asked to end, or started; empty if none is.
  std::string Stops() { return NodeOf(Action::kStop); }
  std::string Starts() { return NodeOf(Action::kStart); }
  std::string NodeOf(Action wanted) {
    std::string node;
    return Look(&node) == wanted ? node : "";
  }

  RollingRestart& rolling() {
    if (!rolling_.has_value()) rolling_.emplace(options_);
    return *rolling_;
  }

  config::HerdFile file_;
  std::vector<MemberReport> reports_ = std::vector<MemberReport>(3);
  bool cut_ = false;
  std::vector<PortAnswer> ports_;
  int64_t now_ns_ = 1000 * kSecond;
  RollingOptions options_{{"Ann", "Ben", "Cid"}, false, 20 * kSecond, 60 * kSecond};
  std::optional<RollingRestart> rolling_;
};

TEST_F(RollingRestartTest, TakesOneNodeAfterTheOtherAndEachOnlyOnceTheHerdIsWhole) {
  int64_t started_ns = 2;
  for (const std::string name : {"Ann", "Ben", "Cid"}) {
    EXPECT_EQ(Stops(), name);
    EXPECT_EQ(Look(), Action::kWait) << "it has not ended";
    Is(name, MemberState::kStopping);
    EXPECT_EQ(Look(), Action::kWait);
    now_ns_ += kSecond;
    Is(name, MemberState::kDown);
    EXPECT_EQ(Look(), Action::kWait) << "a supervisor starts it";
    Serves(name, started_ns);
    Is(name, MemberState::kStarting);
    EXPECT_EQ(Look(), Action::kWait);
    Serves(name, started_ns);
    cut_ = true;
    EXPECT_EQ(Look(), Action::kWait) << "its links are not up";
    cut_ = false;
    Report(name).digest = "less";
    EXPECT_EQ(Look(), Action::kWait) << "it does not agree";
    Report(name).digest = "same";
    now_ns_ += kSecond;
    EXPECT_EQ(Look(), name == "Cid" ? Action::kDone : Action::kWait);
    ++started_ns;
  }
  EXPECT_EQ(rolling().error(), "");
  ASSERT_THAT(rolling().restarted(), SizeIs(3));
  EXPECT_EQ(rolling().restarted()[1].name, "Ben");
  EXPECT_EQ(rolling().restarted()[1].ended_after_ns, kSecond);
  EXPECT_EQ(rolling().restarted()[1].back_after_ns, 2 * kSecond);
  EXPECT_EQ(Look(), Action::kDone) << "and it stays so";
}

TEST_F(RollingRestartTest, ANodeThatIsBackBeforeItWasSeenDownHasEndedAllTheSame) {
  EXPECT_EQ(Stops(), "Ann");
  Serves("Ann", 2);
  EXPECT_EQ(Look(), Action::kWait);
  EXPECT_EQ(Look(), Action::kWait);
  ASSERT_THAT(rolling().restarted(), SizeIs(1));
  EXPECT_EQ(Stops(), "Ben");
}

TEST_F(RollingRestartTest, ASilentNodeHasNotEnded) {
  EXPECT_EQ(Stops(), "Ann");
  Is("Ann", MemberState::kSilent);
  now_ns_ += options_.end_within_ns - 1;
  EXPECT_EQ(Look(), Action::kWait);
  now_ns_ += 1;
  EXPECT_EQ(Look(), Action::kFailed);
  EXPECT_THAT(rolling().error(),
              HasSubstr("Ann has not ended within 20.0 s after it was asked to: it takes "
                        "calls on its gRPC port and answers none"));
  EXPECT_THAT(rolling().error(), HasSubstr("Not restarted: Ben, Cid."));
}

TEST_F(RollingRestartTest, ANodeWhosePortTakesConnectionsHasNotEnded) {
  EXPECT_EQ(Stops(), "Ann");
  Is("Ann", MemberState::kDown);
  ports_ = {{"gRPC"}, {"HTTP", PortAnswer::Kind::kConnects}};
  EXPECT_EQ(Look(), Action::kWait);
  EXPECT_EQ(rolling().progress(), "waiting for Ann to end");
  now_ns_ += options_.end_within_ns;
  EXPECT_EQ(Look(), Action::kFailed);
  EXPECT_THAT(rolling().error(), HasSubstr("it still takes connections on its HTTP port"));
}

TEST_F(RollingRestartTest, WithACommandANodeIsStartedOnceAfterItHasEnded) {
  options_.starts = true;
  EXPECT_EQ(Stops(), "Ann");
  EXPECT_EQ(Starts(), "");
  Is("Ann", MemberState::kDown);
  EXPECT_EQ(Starts(), "Ann");
  EXPECT_EQ(Starts(), "");
  Serves("Ann", 2);
  EXPECT_EQ(Look(), Action::kWait);
  EXPECT_THAT(rolling().restarted(), SizeIs(0)) << "the command has not ended";
  EXPECT_THAT(rolling().progress(), HasSubstr("the command that starts it has not ended"));
  rolling().StartEnded(absl::OkStatus());
  EXPECT_EQ(Look(), Action::kWait);
  EXPECT_THAT(rolling().restarted(), SizeIs(1));
}

TEST_F(RollingRestartTest, WhateverGoesWrongNothingFurtherIsTouched) {
  struct Case {
    const char* what;
    std::function<void()> happens;
    const char* error;
  };
  const std::vector<Case> cases = {
      {"it cannot be asked",
       [&] { rolling().StopFailed(absl::UnavailableError("Ann does not answer")); },
       "Ann does not answer. Not restarted: Ben, Cid."},
      {"its command fails",
       [&] {
         Is("Ann", MemberState::kDown);
         EXPECT_EQ(Starts(), "Ann");
         rolling().StartEnded(absl::AbortedError("'start Ann' ended with exit code 3"));
       },
       "'start Ann' ended with exit code 3. Not restarted: Ben, Cid."},
      {"it does not come back",
       [&] {
         Is("Ann", MemberState::kDown);
         Report("Ann").problem = "nothing listens at its address";
         EXPECT_EQ(Starts(), "Ann");
         rolling().StartEnded(absl::OkStatus());
         now_ns_ += options_.back_within_ns;
       },
       "Ann has ended and was not back, with the herd whole, within 60.0 s: Ann is down"},
      {"another node goes away meanwhile",
       [&] {
         Is("Ann", MemberState::kDown);
         EXPECT_EQ(Starts(), "Ann");
         rolling().StartEnded(absl::OkStatus());
         Serves("Ann", 2);
         Is("Cid", MemberState::kDown);
         now_ns_ += options_.back_within_ns;
       },
       "Cid is down"},
  };
  options_.starts = true;
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    for (const std::string name : {"Ann", "Ben", "Cid"}) Serves(name, 1);
    rolling_.reset();
    ASSERT_EQ(Stops(), "Ann");
    one.happens();
    EXPECT_EQ(Look(), Action::kFailed);
    EXPECT_THAT(rolling().error(), HasSubstr(one.error));
    for (const std::string name : {"Ann", "Ben", "Cid"}) Serves(name, 3);
    EXPECT_EQ(Look(), Action::kFailed) << "it is over, whatever comes";
  }
}

TEST_F(RollingRestartTest, AHerdThatIsNotWholeIsNotTouched) {
  Is("Cid", MemberState::kDown);
  EXPECT_EQ(Look(), Action::kWait) << "it is given time";
  now_ns_ += options_.back_within_ns;
  EXPECT_EQ(Look(), Action::kFailed);
  EXPECT_THAT(rolling().error(), HasSubstr("the herd is not whole: Cid is down"));
  EXPECT_THAT(rolling().error(), HasSubstr("No node has been restarted."));
}

TEST_F(RollingRestartTest, ThePlacesServiceDoesNotCount) {
  HerdView view = View();
  view.places.emplace();
  view.places->name = "places";
  EXPECT_EQ(WhyNotWhole(view), "");
}

TEST(NodeCommandTest, BracesStandForTheName) {
  EXPECT_EQ(NodeCommand("stop {} && start {}", "Ann"), "stop Ann && start Ann");
  EXPECT_TRUE(CheckNodeCommand("start {}").ok());
  EXPECT_THAT(std::string(CheckNodeCommand("start Ann").message()), HasSubstr("has no {}"));
}

TEST(RollingTextTest, TellsWhatWasDone) {
  const RestartedNode ann{"Ann", 340 * kMillisecond, 2 * kSecond};
  EXPECT_EQ(RenderRestarted(ann), "Ann ended after 0.3 s; the herd was whole again after 2.0 s\n");
  EXPECT_EQ(RenderRollingEnd({ann}, 3 * kSecond), "1 node has been restarted in 3.0 s.\n");
  EXPECT_EQ(RenderRollingJson({ann}, "Ben is gone"), R"({
  "ok": false,
  "error": "Ben is gone",
  "restarted": [
    {
      "node": "Ann",
      "ended_after_seconds": 0.34,
      "whole_after_seconds": 2.0
    }
  ]
}
)");
}

}  // namespace
}  // namespace proxyherd::tools
