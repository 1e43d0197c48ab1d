#include "tools/herdctl/view/ending.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/str_cat.h"

namespace proxyherd::tools {

bool HasEnded(const MemberReport& now, const std::vector<PortAnswer>& ports, int64_t started_ns) {
  if (now.state == MemberState::kDown) {
    return std::all_of(ports.begin(), ports.end(), [](const PortAnswer& port) {
      return port.kind == PortAnswer::Kind::kRefuses;
    });
  }
  const bool answers = now.state == MemberState::kServing || now.state == MemberState::kStarting ||
                       now.state == MemberState::kUnready || now.state == MemberState::kStopping;
  return answers && now.started_ns != started_ns;
}

std::string WhatIsLeft(const MemberReport& now, const std::vector<PortAnswer>& ports) {
  if (now.state == MemberState::kSilent) return "takes calls on its gRPC port and answers none";
  if (now.state == MemberState::kStranger) return absl::StrCat("is replaced: ", now.problem);
  if (now.state != MemberState::kDown) {
    return absl::StrCat("still answers on its gRPC port (", StateName(now.state), ")");
  }
  for (const PortAnswer& port : ports) {
    if (port.kind == PortAnswer::Kind::kConnects) {
      return absl::StrCat("still takes connections on its ", port.port, " port");
    }
  }
  for (const PortAnswer& port : ports) {
    if (port.kind == PortAnswer::Kind::kUnknown) {
      return absl::StrCat("cannot be reached on its ", port.port, " port (", port.error,
                          "), so it may not have ended");
    }
  }
  assert(false && "it has ended");
  return "";
}

}  // namespace proxyherd::tools
