// The CPU time of this process and of others. Shell.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"

namespace proxyherd::bench {

// CPU time in ns that process `pid` has used, all its threads together; 0: this process. An error
// when there is no such process.
absl::StatusOr<int64_t> CpuTimeOfProcessNs(int pid);

}  // namespace proxyherd::bench
