#include "bench/loader/meter.h"

#include "absl/status/statusor.h"
#include "base/env.h"
#include "bench/loader/cpu_clock.h"

namespace proxyherd::bench {

absl::Status Meter::AddCpu(int64_t sign) {
  const absl::StatusOr<int64_t> own = CpuTimeOfProcessNs(0);
  if (!own.ok()) return own.status();
  result_.loader_cpu_ns += sign * *own;
  result_.pid_cpu_ns.resize(pids_.size());
  for (size_t i = 0; i < pids_.size(); ++i) {
    const absl::StatusOr<int64_t> used = CpuTimeOfProcessNs(pids_[i]);
    if (!used.ok()) return used.status();
    result_.pid_cpu_ns[i] += sign * *used;
  }
  return absl::OkStatus();
}

absl::Status Meter::Start(int64_t now_ns) {
  running_ = true;
  began_ns_ = now_ns;
  return AddCpu(-1);
}

absl::Status Meter::Stop(int64_t now_ns) {
  running_ = false;
  result_.seconds = static_cast<double>(now_ns - began_ns_) / kSecond;
  return AddCpu(1);
}

void Meter::AddReplies(const Replies& replies, size_t bytes) {
  result_.errors += replies.wrong;
  if (result_.first_error.empty() && !replies.first_wrong.empty()) {
    result_.first_error = replies.first_wrong;
  }
  if (!running_) return;
  result_.requests += replies.complete;
  result_.reply_bytes += bytes;
}

}  // namespace proxyherd::bench
