// The parts of the herd file that a node's links use.
#pragma once

#include <map>
#include <string>

#include "config/herd_file.h"
#include "peer/protocol/handshake.h"

namespace proxyherd::node {

// The herd from the point of view of the node `name`. Both functions are pure. REQUIRES (both): the
// herd file has a node `name`.
peer::HerdShape ShapeOf(const config::HerdFile& herd, const std::string& name);

// The gRPC addresses of its neighbours, "host:port" by name.
std::map<std::string, std::string> AddressesOf(const config::HerdFile& herd,
                                               const std::string& name);

}  // namespace proxyherd::node
