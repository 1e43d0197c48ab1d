// herd-bench: loads a server, and reports how fast it answers and the CPU cost of a request.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/env.h"
#include "bench/loader/load_run.h"
#include "bench/loader/options.h"
#include "bench/loader/report.h"
#include "runtime/real_env.h"

int main(int argc, char** argv) {
  using namespace proxyherd;         // NOLINT(google-build-using-namespace): main has no namespace
  using namespace proxyherd::bench;  // NOLINT(google-build-using-namespace): main has no namespace
  const ParsedBenchOptions parsed = ParseBenchOptions({argv + 1, argv + argc});
  if (!parsed.options.has_value()) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  const BenchOptions& options = *parsed.options;
  absl::Status status = PrepareClients(options, runtime::RealEnv());
  if (status.ok()) {
    const absl::StatusOr<Measurement> measured = RunLoad(options, runtime::RealEnv());
    if (measured.ok()) {
      const auto report = options.json ? JsonReport : TextReport;
      std::fputs(report(options, *measured).c_str(), stdout);
      return measured->errors == 0 ? 0 : 1;
    }
    status = measured.status();
  }
  std::fprintf(stderr, "herd-bench: %s\n", std::string(status.message()).c_str());
  return 1;
}
