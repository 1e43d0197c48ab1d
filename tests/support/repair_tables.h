// Tables for tests of repair: both ends have the same herd and the same probing.
#pragma once

#include <string>

#include "core/table.h"

namespace proxyherd {

inline Table MakeTable(const std::string& node) {
  return Table(TableOptions{.herd = "test", .node = node, .probe_seed = 5});
}

}  // namespace proxyherd
