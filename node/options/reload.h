// Plans and logs a reload of the configuration while a server runs: all of it or nothing.
//
// The configuration read at SIGHUP is compared with the running one. If the new one has errors,
// nothing changes. Otherwise the reloadable settings take effect; settings that need a restart keep
// their values and are listed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/config_metrics.h"
#include "node/options/options.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Returns true if an option may change while the process runs. In the herd file everything may
// change except the node's own line, the name of the herd, and the address of places.
bool ChangesAtReload(std::string_view option);

// The effects of a reload, as strings for the log.
struct ReloadReport {
  std::vector<std::string> errors;   // if not empty, nothing changes
  std::vector<std::string> changes;  // in force from now on
  std::vector<std::string> waiting;  // in force after a restart
};

// The report, and the options in force from now on; after errors these are the running ones.
template <typename Options>
struct ReloadPlan {
  ReloadReport report;
  Options next;
};

// Compares the running options with those that were read. No side effects.
ReloadPlan<NodeOptions> PlanReload(const NodeOptions& running,
                                   const OptionsOr<NodeOptions>& wanted);
ReloadPlan<CommonOptions> PlanReload(const CommonOptions& running,
                                     const OptionsOr<CommonOptions>& wanted);

// Logs the report and updates the metrics. `wall_ns`: now, since 1970. `level`: the log's level
// from now on.
void LogReload(const ReloadReport& report, server::LogLevel level, int64_t wall_ns,
               server::Logger& logger, metrics::ConfigMetrics& metrics);

}  // namespace proxyherd::node
