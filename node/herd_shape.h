// What a node's links need of the herd file.
#pragma once

#include <map>
#include <string>

#include "config/herd_file.h"
#include "peer/protocol/handshake.h"

namespace proxyherd {

// The herd as the node `name` sees it. Pure, like the other.
HerdShape ShapeOf(const HerdFile& herd, const std::string& name);

// Where its neighbours are dialled, "host:port" by name.
std::map<std::string, std::string> AddressesOf(const HerdFile& herd, const std::string& name);

}  // namespace proxyherd
