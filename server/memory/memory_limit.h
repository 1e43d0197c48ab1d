// Detects how much memory this process may use.
#pragma once

#include <cstdint>
#include <string>

namespace proxyherd::server {

struct MemoryLimit {
  uint64_t bytes = 0;  // 0: unknown
  std::string source;  // of the limit, for people
};

// Returns the minimum of the machine's memory, the limits of the process's control groups (version
// 1 and 2, all levels up to the root), and its resource limits on address space and data. Reads
// /proc and the control groups' files below `root`, which is empty except in tests. Thread-safe.
MemoryLimit FindMemoryLimit(const std::string& root = "");

}  // namespace proxyherd::server
