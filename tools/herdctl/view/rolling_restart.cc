#include "tools/herdctl/view/rolling_restart.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/env.h"
#include "tools/herdctl/view/herd_agreement.h"

namespace proxyherd::tools {
namespace {

std::string Seconds(int64_t ns) {
  return absl::StrFormat("%.1f s", static_cast<double>(ns) / kSecond);
}

const MemberView& NodeOf(const HerdView& view, const std::string& name) {
  return *std::find_if(view.nodes.begin(), view.nodes.end(),
                       [&](const MemberView& node) { return node.name == name; });
}

}  // namespace

std::string WhyNotWhole(const HerdView& view) {
  HerdView nodes = view;
  nodes.places.reset();
  std::vector<std::string> reasons = Problems(nodes);
  if (reasons.empty()) {
    const HerdAgreement agreement = CheckAgreement(nodes);
    if (agreement.agree) return "";
    reasons = agreement.differences;
    if (reasons.empty()) reasons.push_back("the nodes do not hold the same");
  }
  return absl::StrJoin(reasons, "; ");
}

absl::Status CheckNodeCommand(const std::string& command) {
  if (command.find("{}") != std::string::npos) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("'", command, "' has no {}, which stands for the node's name"));
}

std::string NodeCommand(const std::string& command, const std::string& node) {
  return absl::StrReplaceAll(command, {{"{}", node}});
}

RollingRestart::RollingRestart(RollingOptions options) : options_(std::move(options)) {}

void RollingRestart::StopFailed(const absl::Status& status) { trouble_ = status; }

void RollingRestart::StartEnded(const absl::Status& status) {
  start_pending_ = false;
  trouble_ = status;
}

RollingRestart::Step RollingRestart::Look(const HerdView& view,
                                          const std::vector<PortAnswer>& ports, int64_t now_ns) {
  if (!error_.empty()) return {Action::kFailed};
  if (next_ == options_.nodes.size()) return {Action::kDone};
  if (!trouble_.ok()) return Fail(std::string(trouble_.message()));
  const MemberView& node = NodeOf(view, options_.nodes[next_]);
  switch (phase_) {
    case Phase::kBefore:
      return LookBefore(view, now_ns);
    case Phase::kEnding:
      return LookEnding(node, ports, now_ns);
    case Phase::kReturning:
      return LookReturning(view, node, now_ns);
  }
  return {};
}

RollingRestart::Step RollingRestart::LookBefore(const HerdView& view, int64_t now_ns) {
  const std::string& name = options_.nodes[next_];
  const std::string why = WhyNotWhole(view);
  if (!why.empty()) {
    if (!deadline_ns_.has_value()) deadline_ns_ = now_ns + options_.back_within_ns;
    if (now_ns >= *deadline_ns_) return Fail(absl::StrCat("the herd is not whole: ", why));
    progress_ = absl::StrCat("waiting for the herd to be whole: ", why);
    return {};
  }
  phase_ = Phase::kEnding;
  asked_ns_ = now_ns;
  deadline_ns_ = now_ns + options_.end_within_ns;
  started_ns_ = NodeOf(view, name).report.started_ns;
  progress_ = absl::StrCat(name, " is asked to end");
  return {Action::kStop, name};
}

RollingRestart::Step RollingRestart::LookEnding(const MemberView& node,
                                                const std::vector<PortAnswer>& ports,
                                                int64_t now_ns) {
  if (HasEnded(node.report, ports, started_ns_)) {
    phase_ = Phase::kReturning;
    ended_ns_ = now_ns;
    deadline_ns_ = now_ns + options_.back_within_ns;
    start_pending_ = options_.starts;
    progress_ = absl::StrCat(node.name, " has ended");
    return options_.starts ? Step{Action::kStart, node.name} : Step{};
  }
  if (now_ns >= *deadline_ns_) {
    return Fail(absl::StrCat(node.name, " has not ended within ", Seconds(options_.end_within_ns),
                             " after it was asked to: it ", WhatIsLeft(node.report, ports)));
  }
  progress_ = absl::StrCat("waiting for ", node.name, " to end");
  return {};
}

RollingRestart::Step RollingRestart::LookReturning(const HerdView& view, const MemberView& node,
                                                   int64_t now_ns) {
  // The first answers may come from the former process, if it was silent for a moment.
  const bool is_new = Answers(node) && HasEnded(node.report, {}, started_ns_);
  std::string why = WhyNotWhole(view);
  if (why.empty() && !is_new) why = absl::StrCat(node.name, " is still its former process");
  if (why.empty() && start_pending_) why = "the command that starts it has not ended";
  if (why.empty()) {
    restarted_.push_back({node.name, ended_ns_ - asked_ns_, now_ns - asked_ns_});
    ++next_;
    phase_ = Phase::kBefore;
    deadline_ns_.reset();
    progress_.clear();
    return {next_ == options_.nodes.size() ? Action::kDone : Action::kWait};
  }
  if (now_ns >= *deadline_ns_) {
    return Fail(absl::StrCat(node.name, " has ended and was not back, with the herd whole, within ",
                             Seconds(options_.back_within_ns), ": ", why));
  }
  progress_ = absl::StrCat("waiting for ", node.name, ": ", why);
  return {};
}

RollingRestart::Step RollingRestart::Fail(const std::string& what) {
  error_ = absl::StrCat(what, ". ", NotTouched());
  return {Action::kFailed};
}

std::string RollingRestart::NotTouched() const {
  const size_t first = next_ + (phase_ == Phase::kBefore ? 0 : 1);
  std::vector<std::string> names(options_.nodes.begin() + static_cast<int64_t>(first),
                                 options_.nodes.end());
  if (names.size() == options_.nodes.size()) return "No node has been restarted.";
  if (names.empty()) return "It was the last one.";
  return absl::StrCat("Not restarted: ", absl::StrJoin(names, ", "), ".");
}

std::string RenderRestarted(const RestartedNode& node) {
  return absl::StrCat(node.name, " ended after ", Seconds(node.ended_after_ns),
                      "; the herd was whole again after ", Seconds(node.back_after_ns), "\n");
}

std::string RenderRollingEnd(const std::vector<RestartedNode>& restarted, int64_t took_ns) {
  return absl::StrCat(restarted.size(), restarted.size() == 1 ? " node has" : " nodes have",
                      " been restarted in ", Seconds(took_ns), ".\n");
}

std::string RenderRollingJson(const std::vector<RestartedNode>& restarted,
                              const std::string& error) {
  nlohmann::ordered_json json;
  json["ok"] = error.empty();
  if (!error.empty()) json["error"] = error;
  json["restarted"] = nlohmann::ordered_json::array();
  for (const RestartedNode& node : restarted) {
    json["restarted"].push_back(
        {{"node", node.name},
         {"ended_after_seconds", static_cast<double>(node.ended_after_ns) / kSecond},
         {"whole_after_seconds", static_cast<double>(node.back_after_ns) / kSecond}});
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace proxyherd::tools
