// Whether a process that was asked to end has ended, by what can be seen from outside. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd {

// How a port of a node answered an attempt to connect.
struct PortAnswer {
  enum class Kind {
    kRefuses,
    kConnects,
    kUnknown,  // neither: the network or the machine is in the way
  };
  std::string port;  // for example HTTP
  Kind kind = Kind::kRefuses;
  std::string error = {};  // of kUnknown
};

// Returns true if the process that began at `started_ns` has ended: all its ports refuse, or
// another process answers in its place. `ports` matter only if `now` is kDown.
bool HasEnded(const MemberReport& now, const std::vector<PortAnswer>& ports, int64_t started_ns);

// What shows that it has not ended, to be put behind its name: "still answers on its gRPC port".
// REQUIRES: HasEnded is false.
std::string WhatIsLeft(const MemberReport& now, const std::vector<PortAnswer>& ports);

}  // namespace proxyherd
