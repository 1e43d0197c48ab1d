#include "metrics/process_metrics.h"

#include <dirent.h>
#include <grpcpp/grpcpp.h>
#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/version.h"

namespace proxyherd {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Single(const char* name, const char* help, MetricType type, double value) {
  MetricFamily family{name, help, type, {}};
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(metric);
  return family;
}

MetricFamily BuildInfo() {
  MetricFamily family{
      "proxyherd_build_info", "Version of the running program; always 1.", MetricType::Gauge, {}};
  prometheus::ClientMetric metric;
  metric.label = {{"version", kVersion},
                  {"revision", kRevision},
                  {"compiler", __VERSION__},
                  {"grpc_version", grpc::Version()}};
  metric.gauge.value = 1;
  family.metric.push_back(metric);
  return family;
}

MetricFamily LogLines(const LostLogLines& lost) {
  MetricFamily family{"proxyherd_log_lines_dropped_total",
                      "Log lines lost, by reason: the queue was full because the log is read too "
                      "slowly, or the write failed.",
                      MetricType::Counter,
                      {}};
  for (const auto& [reason, count] :
       {std::pair("queue_full", lost.queue_full), std::pair("write_failed", lost.write_failed)}) {
    prometheus::ClientMetric metric;
    metric.label = {{"reason", reason}};
    metric.counter.value = static_cast<double>(count);
    family.metric.push_back(metric);
  }
  return family;
}

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double ToNumber(const std::string& text) {
  double value = 0;
  return absl::SimpleAtod(text, &value) ? value : 0;
}

double BootTimeSeconds() {
  timespec now = {};
  timespec since_boot = {};
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  return static_cast<double>(now.tv_sec - since_boot.tv_sec) +
         static_cast<double>(now.tv_nsec - since_boot.tv_nsec) / 1e9;
}

int OpenDescriptors() {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  int count = -3;  // `.`, `..` and the descriptor of the directory itself
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

void AddDescriptors(std::vector<MetricFamily>& families) {
  families.push_back(Single("process_open_fds", "Number of open file descriptors.",
                            MetricType::Gauge, OpenDescriptors()));
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(Single("process_max_fds", "Maximum number of open file descriptors.",
                              MetricType::Gauge, static_cast<double>(limit.rlim_cur)));
  }
}

// The fields of /proc/self/stat, numbered as in proc(5).
class ProcessStat {
 public:
  ProcessStat() {
    const std::string stat = ReadFile("/proc/self/stat");
    const size_t name_end = stat.rfind(')');  // the name may contain any byte
    if (name_end == std::string::npos) return;
    // Numbered from the third field, the state.
    fields_ = absl::StrSplit(stat.substr(name_end + 1), ' ', absl::SkipEmpty());
  }

  bool known() const { return !fields_.empty(); }
  double Field(size_t number) const {
    return number - 3 < fields_.size() ? ToNumber(fields_[number - 3]) : 0;
  }
  double FieldInSeconds(size_t number) const {
    return Field(number) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  double CpuSeconds() const { return FieldInSeconds(14) + FieldInSeconds(15); }
  double ResidentBytes() const { return Field(24) * static_cast<double>(sysconf(_SC_PAGESIZE)); }

 private:
  std::vector<std::string> fields_;
};

}  // namespace

ProcessUse ReadProcessUse() {
  const ProcessStat stat;
  return {stat.CpuSeconds(), static_cast<uint64_t>(stat.ResidentBytes())};
}

std::vector<MetricFamily> ProcessMetrics::Collect() const {
  std::vector<MetricFamily> families = {BuildInfo()};
  families.push_back(LogLines(lost_log_lines_()));
  AddDescriptors(families);
  const ProcessStat stat;
  if (!stat.known()) return families;
  families.push_back(Single("process_cpu_seconds_total",
                            "Total user and system CPU time spent in seconds.", MetricType::Counter,
                            stat.CpuSeconds()));
  families.push_back(
      Single("process_threads", "Number of threads.", MetricType::Gauge, stat.Field(20)));
  families.push_back(Single("process_start_time_seconds",
                            "Start time of the process since unix epoch in seconds.",
                            MetricType::Gauge, BootTimeSeconds() + stat.FieldInSeconds(22)));
  families.push_back(Single("process_virtual_memory_bytes", "Virtual memory size in bytes.",
                            MetricType::Gauge, stat.Field(23)));
  families.push_back(Single("process_resident_memory_bytes", "Resident memory size in bytes.",
                            MetricType::Gauge, stat.ResidentBytes()));
  return families;
}

}  // namespace proxyherd
