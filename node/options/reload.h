// Reading the configuration anew while a server runs: all or nothing.
//
// What SIGHUP finds is compared with what the process runs with. Errors leave everything as it is.
// Otherwise what may change while it runs changes, and what needs a restart stays and is named.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/config_metrics.h"
#include "node/options/options.h"
#include "server/log/logger.h"

namespace proxyherd {

// Whether an option may change while the process runs. Of the herd file all may, but for the line
// of the node itself, the herd's name, and where places are.
bool ChangesAtReload(std::string_view option);

// What a reload does, in words for the log.
struct ReloadWords {
  std::vector<std::string> errors;   // if there are any, nothing changes
  std::vector<std::string> changes;  // hold from now on
  std::vector<std::string> waiting;  // hold after a restart
};

// And the options that hold from now on; with errors those that hold already.
template <typename Options>
struct ReloadPlan {
  ReloadWords words;
  Options next;
};

// Compares what runs with what was read. Pure.
ReloadPlan<NodeOptions> PlanReload(const NodeOptions& running,
                                   const OptionsOr<NodeOptions>& wanted);
ReloadPlan<CommonOptions> PlanReload(const CommonOptions& running,
                                     const OptionsOr<CommonOptions>& wanted);

// Tells the log and the metrics. `wall_ns`: now, since 1970. `level`: the log's from now on.
void TellReload(const ReloadWords& words, LogLevel level, int64_t wall_ns, Logger& logger,
                ConfigMetrics& metrics);

}  // namespace proxyherd
