// How much memory this process may really use.
#pragma once

#include <cstdint>
#include <string>

namespace proxyherd {

struct MemoryLimit {
  uint64_t bytes = 0;  // 0: nothing could be read
  std::string source;  // where it comes from, for people
};

// The least of the machine's memory, of what the control groups of the process allow (version 1 and
// 2, all levels up to the root), and of its resource limits on address space and data. Reads /proc
// and the control groups' files below `root`, which is empty but in tests. Thread-safe.
MemoryLimit FindMemoryLimit(const std::string& root = "");

}  // namespace proxyherd
