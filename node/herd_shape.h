// Extracts the parts of the herd file that a node's links use.
#pragma once

#include <map>
#include <string>

#include "config/herd_file.h"
#include "peer/protocol/handshake.h"

namespace proxyherd::node {

// Returns the herd as seen by the node `name`. Both functions are pure. REQUIRES (both): the herd
// file has a node `name`.
peer::HerdShape ShapeOf(const config::HerdFile& herd, const std::string& name);

// Returns the address ("host:port") at which the node `name` dials each of its neighbours.
std::map<std::string, std::string> AddressesOf(const config::HerdFile& herd,
                                               const std::string& name);

}  // namespace proxyherd::node
