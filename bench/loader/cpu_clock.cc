// Uses the scheduler's own count, in nanoseconds, because /proc/PID/stat counts in steps of 10 ms.
#include "bench/loader/cpu_clock.h"

#include <ctime>

#include "absl/strings/str_cat.h"
#include "base/env.h"

namespace proxyherd::bench {

absl::StatusOr<int64_t> CpuTimeOfProcessNs(int pid) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    return absl::NotFoundError(absl::StrCat("cannot read the CPU time of process ", pid));
  }
  return time.tv_sec * kSecond + time.tv_nsec;
}

}  // namespace proxyherd::bench
