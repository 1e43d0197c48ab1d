// What a new configuration changes.
#include "node/options/reload.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/absl_strings.h"
#include "net/host_port.h"

namespace proxyherd {
namespace {

// Others are read once: they size something, or what was promised by them would no longer hold.
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

// One fact that is `from` where the process runs, and `to` in what was read.
void Keep(const std::string& what, const std::string& from, const std::string& to,
          ReloadWords& words) {
  if (from == to) return;
  words.waiting.push_back(
      absl::StrCat(what, " stays ", Shown(from), "; ", Shown(to), " needs a restart"));
}

void CompareOptions(const CommonOptions& running, const CommonOptions& wanted, CommonOptions& next,
                    ReloadWords& words) {
  for (const auto& [name, to] : wanted.values) {
    // The file of options is where they come from, no setting.
    const std::string& from = running.values.at(name);
    if (from == to || name == "config") continue;
    if (!ChangesAtReload(name)) {
      Keep(name, from, to, words);
      continue;
    }
    words.changes.push_back(absl::StrCat(name, " is ", Shown(to), " (was ", Shown(from), ")"));
    next.values[name] = to;
  }
  next.log_level = wanted.log_level;
  next.herd_path = wanted.herd_path;
}

// What the files say may not be all that is to be in them.
void CheckFiles(const CommonOptions& running, const CommonOptions& wanted, ReloadWords& words) {
  for (const std::string& path : wanted.unfinished_files) {
    words.errors.push_back(absl::StrCat(
        path, ": the last line has no end, as if the file were still being written; end it with a ",
        "newline when it is complete, and send SIGHUP again"));
  }
  if (wanted.herd.herd != running.herd.herd) {
    words.errors.push_back(absl::StrCat(
        wanted.herd_path, ": is of the herd ", wanted.herd.herd, ", and I run in ",
        running.herd.herd, "; a herd keeps its name until all its nodes have stopped"));
  }
}

std::string EndpointText(const std::optional<PlacesEndpoint>& places) {
  if (!places.has_value()) return "";
  return absl::StrCat("host=", places->host, " grpc=", places->grpc_port,
                      " http=", places->http_port);
}

void KeepOwnLine(const HerdNode& from, const HerdNode& to, ReloadWords& words) {
  const std::string line = absl::StrCat("in my own line of the herd file, ");
  Keep(line + "host", from.host, to.host, words);
  Keep(line + "text", absl::StrCat(from.text_port), absl::StrCat(to.text_port), words);
  Keep(line + "grpc", absl::StrCat(from.grpc_port), absl::StrCat(to.grpc_port), words);
  Keep(line + "http", absl::StrCat(from.http_port), absl::StrCat(to.http_port), words);
  Keep(line + "at", from.at, to.at, words);
}

bool Has(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

void CompareLinks(const HerdFile& from, const HerdFile& to, const std::string& name,
                  ReloadWords& words) {
  const std::vector<std::string> old_links = from.NeighboursOf(name);
  const std::vector<std::string> new_links = to.NeighboursOf(name);
  for (const std::string& other : old_links) {
    if (!Has(new_links, other))
      words.changes.push_back(absl::StrCat("the link to ", other, " ends"));
  }
  for (const std::string& other : new_links) {
    const HerdNode& node = *to.Find(other);
    const std::string address = HostPort(node.host, node.grpc_port);
    if (!Has(old_links, other)) {
      words.changes.push_back(absl::StrCat("a link to ", other, " begins, at ", address));
      continue;
    }
    const HerdNode& before = *from.Find(other);
    const std::string old_address = HostPort(before.host, before.grpc_port);
    if (address != old_address) {
      words.changes.push_back(
          absl::StrCat(other, " is dialled at ", address, " (was ", old_address, ")"));
    }
  }
}

void CompareHerds(const HerdFile& from, const HerdFile& to, const std::string& name,
                  ReloadWords& words) {
  const size_t before = words.changes.size();
  for (const HerdNode& node : to.nodes) {
    if (from.Find(node.name) == nullptr) {
      words.changes.push_back(absl::StrCat(node.name, " is a node of the herd now"));
    }
  }
  for (const HerdNode& node : from.nodes) {
    if (to.Find(node.name) == nullptr) {
      words.changes.push_back(absl::StrCat(node.name, " is no longer a node of the herd"));
    }
  }
  CompareLinks(from, to, name, words);
  if (words.changes.size() == before && from.TopologyHash() != to.TopologyHash()) {
    words.changes.emplace_back("links between other nodes have changed");
  }
}

// No reload cuts a node off from the herd.
void ValidateOwnPlace(const NodeOptions& running, const NodeOptions& wanted, ReloadWords& words) {
  const HerdFile& herd = wanted.common.herd;
  if (herd.Find(running.name) == nullptr) {
    words.errors.push_back(absl::StrCat(wanted.common.herd_path, ": has no node ", running.name,
                                        ", which I am; a node that leaves is stopped"));
  } else if (herd.NeighboursOf(running.name).empty() &&
             !running.common.herd.NeighboursOf(running.name).empty()) {
    words.errors.push_back(absl::StrCat(wanted.common.herd_path, ": leaves no link of ",
                                        running.name,
                                        ", so that it would be cut off while it serves; a node "
                                        "that leaves is stopped"));
  }
}

// The settings behind what CompareOptions and CompareHerds have told.
void TakeOver(const NodeOptions& wanted, NodeOptions& next) {
  const HerdNode own = *next.common.herd.Find(next.name);
  const std::optional<PlacesEndpoint> places = next.common.herd.places;
  next.common.herd = wanted.common.herd;
  next.common.herd.places = places;
  for (HerdNode& node : next.common.herd.nodes) {
    if (node.name == own.name) node = own;
  }
  next.max_clients = wanted.max_clients;
  next.memory.table_bytes = wanted.memory.table_bytes;
  next.max_future_ns = wanted.max_future_ns;
  next.gateway.max_connections = wanted.gateway.max_connections;
  next.gateway.log_lines_per_second = wanted.gateway.log_lines_per_second;
  SessionLimits& session = next.gateway.session;
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
  CheckFiles(running.common, to.common, plan.words);
  ValidateOwnPlace(running, to, plan.words);
  if (!plan.words.errors.empty()) return plan;
  CompareOptions(running.common, to.common, plan.next.common, plan.words);
  KeepOwnLine(*running.common.herd.Find(running.name), *to.common.herd.Find(running.name),
              plan.words);
  if (running.common.values.at("places_address") == to.common.values.at("places_address")) {
    Keep("the address of places", running.places_address, to.places_address, plan.words);
  }
  CompareHerds(running.common.herd, to.common.herd, running.name, plan.words);
  TakeOver(to, plan.next);
  return plan;
}

ReloadPlan<CommonOptions> PlanReload(const CommonOptions& running,
                                     const OptionsOr<CommonOptions>& wanted) {
  ReloadPlan<CommonOptions> plan = {{wanted.errors, {}, {}}, running};
  if (!wanted.options.has_value()) return plan;
  CheckFiles(running, *wanted.options, plan.words);
  if (!plan.words.errors.empty()) return plan;
  CompareOptions(running, *wanted.options, plan.next, plan.words);
  Keep("in the herd file, places", EndpointText(running.herd.places),
       EndpointText(wanted.options->herd.places), plan.words);
  return plan;
}

void TellReload(const ReloadWords& words, LogLevel level, int64_t wall_ns, Logger& logger,
                ConfigMetrics& metrics) {
  if (!words.errors.empty()) {
    metrics.Failed();
    for (const std::string& error : words.errors)
      logger.Error(absl::StrCat("not reloaded: ", error));
    logger.Error("I go on with the configuration that I have (SIGHUP)");
    return;
  }
  // Whichever of the two levels shows more: this is what somebody is waiting for.
  logger.SetLevel(std::min(logger.level(), level));
  for (const std::string& change : words.changes) logger.Info(absl::StrCat("reloaded: ", change));
  for (const std::string& waiting : words.waiting) {
    logger.Warning(absl::StrCat("not reloaded: ", waiting));
  }
  logger.Info(absl::StrCat("I have read the configuration anew (SIGHUP): ", words.changes.size(),
                           words.changes.size() == 1 ? " change, " : " changes, ",
                           words.waiting.size(), words.waiting.size() == 1 ? " waits" : " wait",
                           " for a restart"));
  logger.SetLevel(level);
  metrics.Loaded(wall_ns, words.waiting.size());
}

}  // namespace proxyherd
