#include "node/options/reload.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/absl_strings.h"

namespace proxyherd::node {
namespace {

// All other options are read once: they size something, or a change would break a promise made with
// the old value.
constexpr std::array<std::string_view, 11> kReloadable = {
    "herd",
    "log_level",
    "log_lines_per_second",
    "max_clients",
    "max_connections",
    "max_future",
    "max_table_bytes",
    "first_line_timeout_s",
    "idle_timeout_s",
    "write_stall_timeout_s",
    "close_after_reply",
};

std::string Shown(const std::string& value) {
  return value.empty() ? "empty" : absl::StrReplaceAll(value, {{"\n", " "}});
}

// Reports a setting that needs a restart to change from `from` to `to`.
void Keep(const std::string& what, const std::string& from, const std::string& to,
          ReloadReport& report) {
  if (from == to) return;
  report.waiting.push_back(
      absl::StrCat(what, " stays ", Shown(from), "; ", Shown(to), " needs a restart"));
}

void CompareOptions(const CommonOptions& running, const CommonOptions& wanted, CommonOptions& next,
                    ReloadReport& report) {
  for (const auto& [name, to] : wanted.values) {
    // The path of the options file is a source of settings, not a setting.
    const std::string& from = running.values.at(name);
    if (from == to || name == "config") continue;
    if (!ChangesAtReload(name)) {
      Keep(name, from, to, report);
      continue;
    }
    report.changes.push_back(absl::StrCat(name, " is ", Shown(to), " (was ", Shown(from), ")"));
    next.values[name] = to;
  }
  next.log_level = wanted.log_level;
  next.herd_path = wanted.herd_path;
}

// Reports files that may be incomplete, and a file of another herd, as errors.
void CheckFiles(const CommonOptions& running, const CommonOptions& wanted, ReloadReport& report) {
  for (const std::string& path : wanted.unfinished_files) {
    report.errors.push_back(absl::StrCat(
        path, ": the last line has no newline, so the file may still be incomplete; add the ",
        "newline when it is complete, and send SIGHUP again"));
  }
  if (wanted.herd.herd != running.herd.herd) {
    report.errors.push_back(absl::StrCat(
        wanted.herd_path, ": describes the herd ", wanted.herd.herd, ", but this process runs in ",
        running.herd.herd, "; a herd keeps its name until all its nodes have stopped"));
  }
}

std::string EndpointText(const std::optional<config::PlacesEndpoint>& places) {
  if (!places.has_value()) return "";
  return absl::StrCat("host=", places->host, " grpc=", places->grpc_port,
                      " http=", places->http_port);
}

std::string PortOrNone(uint16_t port) { return port == 0 ? "none" : absl::StrCat(port); }

void KeepOwnLine(const config::HerdNode& from, const config::HerdNode& to, ReloadReport& report) {
  const std::string line = absl::StrCat("in this node's line of the herd file, ");
  Keep(line + "host", from.host, to.host, report);
  Keep(line + "text", absl::StrCat(from.text_port), absl::StrCat(to.text_port), report);
  Keep(line + "grpc", absl::StrCat(from.grpc_port), absl::StrCat(to.grpc_port), report);
  Keep(line + "http", absl::StrCat(from.http_port), absl::StrCat(to.http_port), report);
  Keep(line + "link", PortOrNone(from.link_port), PortOrNone(to.link_port), report);
  Keep(line + "at", from.at, to.at, report);
}

bool Has(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

void CompareLinks(const config::HerdFile& from, const config::HerdFile& to, const std::string& name,
                  ReloadReport& report) {
  const std::vector<std::string> old_links = from.NeighboursOf(name);
  const std::vector<std::string> new_links = to.NeighboursOf(name);
  for (const std::string& other : old_links) {
    if (!Has(new_links, other))
      report.changes.push_back(absl::StrCat("the link to ", other, " ends"));
  }
  for (const std::string& other : new_links) {
    const std::string address = config::LinkAddress(*to.Find(other));
    if (!Has(old_links, other)) {
      report.changes.push_back(absl::StrCat("a link to ", other, " begins, at ", address));
      continue;
    }
    const std::string old_address = config::LinkAddress(*from.Find(other));
    if (address != old_address) {
      report.changes.push_back(
          absl::StrCat(other, " is dialled at ", address, " (was ", old_address, ")"));
    }
  }
}

void CompareHerds(const config::HerdFile& from, const config::HerdFile& to, const std::string& name,
                  ReloadReport& report) {
  const size_t before = report.changes.size();
  for (const config::HerdNode& node : to.nodes) {
    if (from.Find(node.name) == nullptr) {
      report.changes.push_back(absl::StrCat(node.name, " is a node of the herd now"));
    }
  }
  for (const config::HerdNode& node : from.nodes) {
    if (to.Find(node.name) == nullptr) {
      report.changes.push_back(absl::StrCat(node.name, " is no longer a node of the herd"));
    }
  }
  CompareLinks(from, to, name, report);
  if (report.changes.size() == before && from.TopologyHash() != to.TopologyHash()) {
    report.changes.emplace_back("links between other nodes have changed");
  }
}

// Adds an error for each change that would cut this node off from the herd.
void ValidateOwnPlace(const NodeOptions& running, const NodeOptions& wanted, ReloadReport& report) {
  const config::HerdFile& herd = wanted.common.herd;
  if (herd.Find(running.name) == nullptr) {
    report.errors.push_back(absl::StrCat(wanted.common.herd_path, ": has no node ", running.name,
                                         ", which is this node; to leave the herd, stop the node"));
  } else if (herd.NeighboursOf(running.name).empty() &&
             !running.common.herd.NeighboursOf(running.name).empty()) {
    report.errors.push_back(absl::StrCat(wanted.common.herd_path, ": leaves ", running.name,
                                         " without a link, so it would be cut off while it serves; "
                                         "to leave the herd, stop the node"));
  }
}

// Copies the settings that CompareOptions and CompareHerds have reported as changed.
void TakeOver(const NodeOptions& wanted, NodeOptions& next) {
  const config::HerdNode own = *next.common.herd.Find(next.name);
  const std::optional<config::PlacesEndpoint> places = next.common.herd.places;
  next.common.herd = wanted.common.herd;
  next.common.herd.places = places;
  for (config::HerdNode& node : next.common.herd.nodes) {
    if (node.name == own.name) node = own;
  }
  next.max_clients = wanted.max_clients;
  next.memory.table_bytes = wanted.memory.table_bytes;
  next.max_future_ns = wanted.max_future_ns;
  next.gateway.max_connections = wanted.gateway.max_connections;
  next.gateway.log_lines_per_second = wanted.gateway.log_lines_per_second;
  gateway::SessionLimits& session = next.gateway.session;
  session.first_line_timeout_ns = wanted.gateway.session.first_line_timeout_ns;
  session.idle_timeout_ns = wanted.gateway.session.idle_timeout_ns;
  session.write_stall_timeout_ns = wanted.gateway.session.write_stall_timeout_ns;
  session.close_after_first_reply = wanted.gateway.session.close_after_first_reply;
}

}  // namespace

bool ChangesAtReload(std::string_view option) {
  return std::find(kReloadable.begin(), kReloadable.end(), option) != kReloadable.end();
}

ReloadPlan<NodeOptions> PlanReload(const NodeOptions& running,
                                   const OptionsOr<NodeOptions>& wanted) {
  ReloadPlan<NodeOptions> plan = {{wanted.errors, {}, {}}, running};
  if (!wanted.options.has_value()) return plan;
  const NodeOptions& to = *wanted.options;
  CheckFiles(running.common, to.common, plan.report);
  ValidateOwnPlace(running, to, plan.report);
  if (!plan.report.errors.empty()) return plan;
  CompareOptions(running.common, to.common, plan.next.common, plan.report);
  KeepOwnLine(*running.common.herd.Find(running.name), *to.common.herd.Find(running.name),
              plan.report);
  if (running.common.values.at("places_address") == to.common.values.at("places_address")) {
    Keep("the address of places", running.places_address, to.places_address, plan.report);
  }
  CompareHerds(running.common.herd, to.common.herd, running.name, plan.report);
  TakeOver(to, plan.next);
  return plan;
}

ReloadPlan<CommonOptions> PlanReload(const CommonOptions& running,
                                     const OptionsOr<CommonOptions>& wanted) {
  ReloadPlan<CommonOptions> plan = {{wanted.errors, {}, {}}, running};
  if (!wanted.options.has_value()) return plan;
  CheckFiles(running, *wanted.options, plan.report);
  if (!plan.report.errors.empty()) return plan;
  CompareOptions(running, *wanted.options, plan.next, plan.report);
  Keep("in the herd file, places", EndpointText(running.herd.places),
       EndpointText(wanted.options->herd.places), plan.report);
  return plan;
}

void LogReload(const ReloadReport& report, server::LogLevel level, int64_t wall_ns,
               server::Logger& logger, metrics::ConfigMetrics& metrics) {
  if (!report.errors.empty()) {
    metrics.Failed();
    for (const std::string& error : report.errors)
      logger.Error(absl::StrCat("not reloaded: ", error));
    logger.Error("configuration not reloaded (SIGHUP): the previous one stays in force");
    return;
  }
  // Uses the more verbose of the two levels, because an operator is waiting for these lines.
  logger.SetLevel(std::min(logger.level(), level));
  for (const std::string& change : report.changes) logger.Info(absl::StrCat("reloaded: ", change));
  for (const std::string& waiting : report.waiting) {
    logger.Warning(absl::StrCat("not reloaded: ", waiting));
  }
  logger.Info(absl::StrCat("configuration reloaded (SIGHUP): ", report.changes.size(),
                           report.changes.size() == 1 ? " change, " : " changes, ",
                           report.waiting.size(), report.waiting.size() == 1 ? " waits" : " wait",
                           " for a restart"));
  logger.SetLevel(level);
  metrics.Loaded(wall_ns, report.waiting.size());
}

}  // namespace proxyherd::node
