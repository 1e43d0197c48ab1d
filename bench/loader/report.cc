#include "bench/loader/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "base/env.h"

namespace proxyherd::bench {
namespace {

using Json = nlohmann::ordered_json;

double Micros(double ns) { return ns / kMicrosecond; }
double Micros(int64_t ns) { return Micros(static_cast<double>(ns)); }

double Rate(const Measurement& measured) {
  return measured.seconds == 0 ? 0 : static_cast<double>(measured.requests) / measured.seconds;
}

// Returns CPU time in microseconds per request.
double PerRequest(int64_t cpu_ns, const Measurement& measured) {
  const auto requests = static_cast<double>(std::max<uint64_t>(1, measured.requests));
  return Micros(static_cast<double>(cpu_ns) / requests);
}

int64_t AllPids(const Measurement& measured) {
  int64_t sum_ns = 0;
  for (const int64_t cpu_ns : measured.pid_cpu_ns) sum_ns += cpu_ns;
  return sum_ns;
}

}  // namespace

std::string TextReport(const BenchOptions& options, const Measurement& measured) {
  const Histogram& latency = measured.latency;
  std::string text =
      absl::StrFormat("%s: %d connections, ", options.work_name, options.connections);
  if (options.rate > 0) {
    absl::StrAppendFormat(&text, "%.0f requests a second wanted", options.rate);
  } else {
    absl::StrAppendFormat(&text, "%d in flight on each", options.depth);
  }
  if (options.idle > 0) absl::StrAppendFormat(&text, ", %d idle ones", options.idle);
  absl::StrAppendFormat(&text, "\n  requests  %d in %.2f s, %.0f a second, %d errors\n",
                        measured.requests, measured.seconds, Rate(measured), measured.errors);
  if (!measured.first_error.empty()) {
    absl::StrAppendFormat(&text, "            the first error: %s\n", measured.first_error);
  }
  if (measured.unsent > 0) {
    absl::StrAppendFormat(&text, "            the rate was not held: %d were due and not sent\n",
                          measured.unsent);
  }
  absl::StrAppendFormat(&text, "  time, us  p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f\n",
                        Micros(latency.Quantile(0.5)), Micros(latency.Quantile(0.9)),
                        Micros(latency.Quantile(0.99)), Micros(latency.Quantile(0.999)),
                        Micros(latency.max_ns()));
  absl::StrAppendFormat(&text, "  CPU, us   %.3f a request for the loader",
                        PerRequest(measured.loader_cpu_ns, measured));
  for (size_t i = 0; i < options.pids.size(); ++i) {
    absl::StrAppendFormat(&text, ", %.3f for process %d",
                          PerRequest(measured.pid_cpu_ns[i], measured), options.pids[i]);
  }
  return text + "\n";
}

std::string JsonReport(const BenchOptions& options, const Measurement& measured) {
  const Histogram& latency = measured.latency;
  Json report;
  report["work"] = options.work_name;
  report["connections"] = options.connections;
  report["depth"] = options.depth;
  report["idle"] = options.idle;
  report["clients"] = options.clients;
  report["rate_wanted"] = options.rate;
  report["seconds"] = measured.seconds;
  report["requests"] = measured.requests;
  report["errors"] = measured.errors;
  report["first_error"] = measured.first_error;
  report["unsent"] = measured.unsent;
  report["rate"] = Rate(measured);
  report["latency_us"] = {
      {"p50", Micros(latency.Quantile(0.5))},  {"p90", Micros(latency.Quantile(0.9))},
      {"p99", Micros(latency.Quantile(0.99))}, {"p999", Micros(latency.Quantile(0.999))},
      {"max", Micros(latency.max_ns())},       {"mean", Micros(latency.mean_ns())}};
  report["loader_cpu_us"] = PerRequest(measured.loader_cpu_ns, measured);
  report["pids"] = Json::array();
  for (size_t i = 0; i < options.pids.size(); ++i) {
    const int64_t cpu_ns = measured.pid_cpu_ns[i];
    Json pid;
    pid["pid"] = options.pids[i];
    pid["cpu_s"] = static_cast<double>(cpu_ns) / kSecond;
    pid["cpu_us_per_request"] = PerRequest(cpu_ns, measured);
    report["pids"].push_back(std::move(pid));
  }
  report["cpu_us_per_request"] = PerRequest(AllPids(measured), measured);
  report["reply_bytes"] = measured.reply_bytes;
  // Errors quote a server's reply, which may contain any bytes.
  return report.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace proxyherd::bench
