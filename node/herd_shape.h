// The parts of the herd file that a node's links use.
#pragma once

#include <map>
#include <string>

#include "config/herd_file.h"
#include "peer/protocol/handshake.h"

namespace proxyherd {

// The herd from the point of view of the node `name`. Both functions are pure. REQUIRES (both): the
// herd file has a node `name`.
HerdShape ShapeOf(const HerdFile& herd, const std::string& name);

// The gRPC addresses of its neighbours, "host:port" by name.
std::map<std::string, std::string> AddressesOf(const HerdFile& herd, const std::string& name);

}  // namespace proxyherd
