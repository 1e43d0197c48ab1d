#include "metrics/process_metrics.h"

#include <dirent.h>
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/version.h"
#include "metrics/families.h"

namespace proxyherd::metrics {
namespace {

using prometheus::MetricType;

void AddBuildInfo(Families& families) {
  families.Begin(MetricType::Gauge, "proxyherd_build_info",
                 "Version of the running program; always 1.");
  families.Add({{"version", kVersion},
                {"revision", kRevision},
                {"compiler", __VERSION__},
                {"grpc_version", grpc::Version()}},
               1);
}

void AddLogLines(const server::LostLogLines& lost, Families& families) {
  families.Begin(MetricType::Counter, "proxyherd_log_lines_dropped_total",
                 "Log lines lost, by reason: the queue was full because the log is read too "
                 "slowly, or the write failed.");
  families.Add({{"reason", "queue_full"}}, static_cast<double>(lost.queue_full));
  families.Add({{"reason", "write_failed"}}, static_cast<double>(lost.write_failed));
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

void AddDescriptors(Families& families) {
  families.Gauge("process_open_fds", "Number of open file descriptors.", OpenDescriptors());
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.Gauge("process_max_fds", "Maximum number of open file descriptors.",
                   static_cast<double>(limit.rlim_cur));
  }
}

// The fields of /proc/self/stat, numbered as in proc(5).
class ProcessStat {
 public:
  ProcessStat() {
    const std::string stat = ReadFile("/proc/self/stat");
    const size_t name_end = stat.rfind(')');  // the name may contain any byte
    if (name_end == std::string::npos) return;
    // The first is the third field of the file, the state.
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

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  Families families;
  AddBuildInfo(families);
  AddLogLines(lost_log_lines_(), families);
  AddDescriptors(families);
  const ProcessStat stat;
  if (!stat.known()) return families.Take();
  families.Counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
                   stat.CpuSeconds());
  families.Gauge("process_threads", "Number of threads.", stat.Field(20));
  families.Gauge("process_start_time_seconds",
                 "Start time of the process since unix epoch in seconds.",
                 BootTimeSeconds() + stat.FieldInSeconds(22));
  families.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", stat.Field(23));
  families.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
                 stat.ResidentBytes());
  return families.Take();
}

}  // namespace proxyherd::metrics
