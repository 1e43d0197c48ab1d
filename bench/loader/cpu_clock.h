// Reads the CPU time of this process and of others.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"

namespace proxyherd::bench {

// Returns the CPU time in ns that all threads of process `pid` have used; 0 is this process. An
// error if the process does not exist.
absl::StatusOr<int64_t> CpuTimeOfProcessNs(int pid);

}  // namespace proxyherd::bench
