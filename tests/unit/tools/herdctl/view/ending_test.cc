// Tests which signs mean the end of a process, and the report of what remains of it.
#include "tools/herdctl/view/ending.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proxyherd::tools {
namespace {

constexpr int64_t kStarted = 7;

MemberReport Report(MemberState state, int64_t started_ns = kStarted) {
  MemberReport report;
  report.state = state;
  report.started_ns = started_ns;
  report.problem = "node Bona answers at its address";
  return report;
}

TEST(Ending, IsWhatRefusesOrIsAnotherProcess) {
  using Kind = PortAnswer::Kind;
  const std::vector<PortAnswer> refuse = {{"gRPC"}, {"HTTP"}, {"text"}};
  const std::vector<PortAnswer> connects = {{"gRPC"}, {"HTTP", Kind::kConnects}};
  const std::vector<PortAnswer> unknown = {{"gRPC", Kind::kUnknown, "No route to host"}};
  const std::vector<PortAnswer> both = {unknown[0], connects[1]};
  struct Case {
    MemberReport report;
    std::vector<PortAnswer> ports;
    std::string left;  // empty: it has ended
  };
  const Case cases[] = {
      {Report(MemberState::kDown), refuse, ""},
      {Report(MemberState::kDown), connects, "still takes connections on its HTTP port"},
      {Report(MemberState::kDown), both, "still takes connections on its HTTP port"},
      {Report(MemberState::kDown), unknown,
       "cannot be reached on its gRPC port (No route to host), so it may not have ended"},
      {Report(MemberState::kStopping), {}, "still answers on its gRPC port (stopping)"},
      {Report(MemberState::kServing), refuse, "still answers on its gRPC port (serving)"},
      {Report(MemberState::kStopping, 8), connects, ""},
      {Report(MemberState::kStarting, 6), connects, ""},
      {Report(MemberState::kServing, 8), {}, ""},
      {Report(MemberState::kSilent), refuse, "takes calls on its gRPC port and answers none"},
      {Report(MemberState::kStranger, 8), {}, "is replaced: node Bona answers at its address"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(HasEnded(one.report, one.ports, kStarted), one.left.empty()) << one.left;
    if (!one.left.empty()) {
      EXPECT_EQ(WhatIsLeft(one.report, one.ports), one.left);
    }
  }
}

}  // namespace
}  // namespace proxyherd::tools
