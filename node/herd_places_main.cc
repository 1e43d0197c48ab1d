// herd-places: the places service of a herd.
#include <prometheus/registry.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/env.h"
#include "metrics/config_metrics.h"
#include "metrics/process_metrics.h"
#include "node/logged_run.h"
#include "node/options/memory_budget.h"
#include "node/options/node_options.h"
#include "node/options/reload.h"
#include "node/provider_health.h"
#include "node/server_process.h"
#include "places/assembly/make_provider.h"
#include "places/service/places_service.h"
#include "rpc/rpc_server.h"
#include "runtime/real_env.h"
#include "runtime/timer_thread.h"
#include "server/http/http_server.h"
#include "server/log/logger.h"
#include "server/signals/signals.h"

namespace proxyherd::node {
namespace {

constexpr int64_t kCallGraceNs = 5 * kSecond;  // the longest time that a lookup may take

// Parses the configuration again, for a reload.
using Parse = std::function<OptionsOr<CommonOptions>()>;

absl::StatusOr<int> Run(const CommonOptions& options, const Parse& parse, server::Logger& logger) {
  prometheus::Registry registry;
  runtime::TimerThread timers(runtime::RealEnv());
  absl::StatusOr<places::Places> places = places::MakePlaces(
      options.provider, {runtime::RealEnv(), timers, registry,
                         [&logger](const std::string& message) { logger.Info(message); },
                         [&logger](const std::string& message) { logger.Warning(message); },
                         server::IsStopSignalPending});
  if (!places.ok()) return places.status();
  const config::PlacesEndpoint& endpoint = *options.herd.places;
  places::PlacesServiceImpl service(*places->provider);
  const MemoryBudget memory = BudgetFor(options.memory.bytes);
  auto rpc = rpc::RpcServer::Start(
      {options.listen, endpoint.grpc_port, places::kPlacesServerThreads, memory.grpc_bytes},
      "proxyherd.places.v1.PlacesService", service, registry);
  if (!rpc.ok()) return rpc.status();
  const metrics::ProcessMetrics process_metrics([&logger] { return logger.Lost(); });
  metrics::ConfigMetrics config_metrics(runtime::RealEnv().NowNs());
  server::HttpOptions http_options;
  http_options.address = options.listen;
  http_options.port = endpoint.http_port;
  http_options.title = absl::StrCat("Places of the herd ", options.herd.herd);
  http_options.memory_bytes = memory.http_bytes;
  http_options.not_ready_reason = [] { return std::string(); };
  http_options.collectables = {&process_metrics, &config_metrics, &registry, places->metrics.get()};
  auto http = server::HttpServer::Start(std::move(http_options));
  if (!http.ok()) {
    (*rpc)->Shutdown(0);
    return http.status();
  }
  const ProviderHealth health(*places->provider, timers,
                              [&rpc](const std::string& provider, bool is_serving) {
                                (*rpc)->SetServing(provider, is_serving);
                              });
  (*rpc)->SetServing(true);
  logger.Info(absl::StrCat("serving: gRPC on ", endpoint.grpc_port, ", HTTP on ",
                           endpoint.http_port, ", places from ", ToAbsl(places->provider->name())));
  CommonOptions running = options;
  server::WaitForStopSignal([&] {
    ReloadPlan<CommonOptions> plan = PlanReload(running, parse());
    const bool applies = plan.report.errors.empty();
    if (applies) {
      running = std::move(plan.next);
      places->provider->Reload();
    }
    // Comes last, so that the log and the metrics report only what has been done.
    LogReload(plan.report, running.log_level, runtime::RealEnv().NowNs(), logger, config_metrics);
    if (applies) logger.Info("reloading data and keys of places");
  });
  (*rpc)->Drain();
  service.EndStreams();
  (*rpc)->Shutdown(kCallGraceNs);
  logger.Info("stopped");
  return 0;
}

}  // namespace
}  // namespace proxyherd::node

int main(int argc, char** argv) {
  using namespace proxyherd;        // NOLINT(google-build-using-namespace): main has no namespace
  using namespace proxyherd::node;  // NOLINT(google-build-using-namespace): main has no namespace
  PrepareServerProcess(argv[0]);
  const OptionsOr<CommonOptions> parsed = ParsePlacesOptions(argc, argv, environ);
  if (!parsed.options.has_value()) return PrintAndEnd(parsed.text, parsed.exit_code);
  return RunWithLog("herd-places", "places", *parsed.options, [&](server::Logger& logger) {
    return Run(
        *parsed.options, [=] { return ParsePlacesOptions(argc, argv, environ); }, logger);
  });
}
