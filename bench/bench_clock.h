// CPU time, as counted by the kernel.
#pragma once

#include <sys/resource.h>

#include <cstdint>

#include "base/env.h"

namespace proxyherd::bench {

// Returns the CPU time of RUSAGE_SELF (the process) or RUSAGE_THREAD (the calling thread), in ns.
inline int64_t CpuTimeNs(__rusage_who who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto ns = [](const timeval& time) {
    return time.tv_sec * kSecond + time.tv_usec * kMicrosecond;
  };
  return ns(usage.ru_utime) + ns(usage.ru_stime);
}

}  // namespace proxyherd::bench
