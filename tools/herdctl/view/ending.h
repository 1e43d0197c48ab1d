// Decides from outside whether a process that was asked to end has ended. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

// The result of an attempt to connect to a port of a node.
struct PortAnswer {
  enum class Kind {
    kRefuses,
    kConnects,
    kUnknown,  // neither; the network or the machine prevents an answer
  };
  std::string port;  // for example HTTP
  Kind kind = Kind::kRefuses;
  std::string error = {};  // of kUnknown
};

// Returns true if the process that started at `started_ns` has ended: all its ports refuse
// connections, or another process answers in its place. `ports` are used only if `now` is kDown.
bool HasEnded(const MemberReport& now, const std::vector<PortAnswer>& ports, int64_t started_ns);

// Returns the evidence that the process has not ended, as a predicate to put after its name, e.g.
// "still answers on its gRPC port". REQUIRES: HasEnded is false.
std::string WhatIsLeft(const MemberReport& now, const std::vector<PortAnswer>& ports);

}  // namespace proxyherd::tools
