// See commands.h.
#include "tools/commands.h"

#include <string>
#include <utility>

#include "tools/option_values.h"

namespace proxyherd {
namespace {

// Longer than anybody waits at a prompt; it also keeps the sum with the clock in range.
constexpr double kMaxWaitS = 3600;
// More often costs more than it tells.
constexpr double kMinIntervalS = 0.1;
// As many as `digest` looks at.
constexpr int kMaxNamedClients = 10'000;
// As peer.proto has them.
constexpr int kMaxFoundNodes = 100;
constexpr int64_t kMaxLifetimeS = int64_t{30} * 24 * 3600;

// Puts a value that was read into its field.
template <typename Value, typename Field>
absl::Status Store(const absl::StatusOr<Value>& value, Field& field) {
  if (value.ok()) field = *value;
  return value.status();
}

template <auto kField>
absl::Status SetText(std::string_view value, Options& options) {
  options.*kField = std::string(value);
  return absl::OkStatus();
}

template <auto kField>
absl::Status SetFlag(std::string_view /*value*/, Options& options) {
  options.*kField = true;
  return absl::OkStatus();
}

template <int kMost>
absl::Status SetMost(std::string_view value, Options& options) {
  return Store(ReadCount(value, 1, kMost), options.most);
}

absl::Status SetShell(std::string_view value, Options& options) {
  if (value != "bash") return absl::InvalidArgumentError("only bash is known");
  return SetText<&Options::target>(value, options);
}

OptionRow Herd() {
  return {.name = "--herd",
          .value = "FILE",
          .help = "The herd file (default: deploy/herd.conf)",
          .set = SetText<&Options::herd_path>,
          .completes = Completes::kFiles};
}

OptionRow Node() {
  return {.name = "--node",
          .value = "NODE",
          .help = "The node to ask (default: the first of the herd file that answers)",
          .set = SetText<&Options::node>,
          .completes = Completes::kNodes};
}

OptionRow Json(std::string help = "Write JSON instead of text") {
  return {.name = "--json", .value = "", .help = std::move(help), .set = SetFlag<&Options::json>};
}

CommandRow Status() {
  return {.name = "status",
          .help = "Show who is up, links, records, and whether all agree",
          .arguments = {},
          .options = {{.name = "--wait",
                       .value = "SECONDS",
                       .help = "Wait for everything to be up, at most so long (default: 0)",
                       .set =
                           [](std::string_view value, Options& options) {
                             return Store(ReadSeconds(value, 0, kMaxWaitS), options.wait_s);
                           }},
                      Json(),
                      Herd()},
          .exit_codes = {{0, "everything is up"},
                         {1, "something is not"},
                         {2, "wrong usage or herd file"}},
          .run = RunStatus};
}

CommandRow Digest() {
  return {.name = "digest",
          .help = "Show whether all nodes hold the same, and who differs by which clients",
          .arguments = {},
          .options = {{.name = "--most",
                       .value = "COUNT",
                       .help = "Name so many clients of each difference (default: 10)",
                       .set = SetMost<kMaxNamedClients>},
                      Json(),
                      Herd()},
          .exit_codes = {{0, "all nodes agree, but for what is in flight"},
                         {1, "some differ, or do not serve"},
                         {2, "wrong usage or herd file"}},
          .run = RunDigest};
}

CommandRow Top() {
  return {.name = "top",
          .help = "Show what all nodes do, again and again",
          .arguments = {},
          .options = {{.name = "--interval",
                       .value = "SECONDS",
                       .help = "Time between two looks, from 0.1 to 3600 (default: 2)",
                       .set =
                           [](std::string_view value, Options& options) {
                             return Store(ReadSeconds(value, kMinIntervalS, kMaxWaitS),
                                          options.interval_s);
                           }},
                      {.name = "--once",
                       .value = "",
                       .help = "Look twice, show one table and end",
                       .set = SetFlag<&Options::once>},
                      Json("Write JSON, an object for each look; needs no terminal"),
                      Herd()},
          .exit_codes = {{0, "it was ended"}, {2, "wrong usage or herd file, or no terminal"}},
          .run = RunTop};
}

CommandRow Watch() {
  return {
      .name = "watch",
      .help = "Follow clients: where they are, then every change, at any node",
      .arguments = {},
      .options = {{.name = "--client",
                   .value = "ID",
                   .help = "Only this client",
                   .set =
                       [](std::string_view value, Options& options) {
                         options.clients.emplace_back(value);
                         return absl::OkStatus();
                       },
                   .repeats = true},
                  {.name = "--area",
                   .value = "PLACE,RADIUS",
                   .help = "Only clients in this area, e.g. +34.0689-118.4451,10km",
                   .set = [](std::string_view value,
                             Options& options) { return Store(ReadArea(value), options.area); }},
                  {.name = "--once",
                   .value = "",
                   .help = "End when it has told where they are now",
                   .set = SetFlag<&Options::once>},
                  Node(),
                  Json("Write JSON instead of text, an object a line"),
                  Herd()},
      .exit_codes = {{0, "told (--once), or nobody reads it any more"},
                     {1, "no node answers; once one has, it goes on trying"},
                     {2, "wrong usage or herd file"}},
      .run = RunWatch,
      .check = [](const Options& options) {
        return !options.clients.empty() && options.area.has_value()
                   ? absl::InvalidArgumentError("give --client or --area, not both")
                   : absl::OkStatus();
      }};
}

CommandRow Health() {
  return {.name = "health",
          .help = "Ask one server for its health, for probes",
          .arguments = {},
          .options = {{.name = "--addr",
                       .value = "HOST:PORT",
                       .help = "Its gRPC port",
                       .set = SetText<&Options::address>,
                       .required = true,
                       .environment = "HERDCTL_ADDR"},
                      {.name = "--service",
                       .value = "NAME",
                       .help = "The service to ask about (default: the server)",
                       .set = SetText<&Options::service>,
                       .environment = "HERDCTL_SERVICE"}},
          .exit_codes = {{0, "serving"},
                         {1, "wrong usage"},
                         {2, "no connection"},
                         {3, "the call failed"},
                         {4, "not serving"}},
          .usage_exit_code = 1,
          .run = RunHealth};
}

CommandRow Client() {
  return {
      .name = "client",
      .help = "Talk to a node: a prompt with history, or lines from a pipe",
      .arguments = {{.name = "TARGET",
                     .help = "A node of the herd file, or HOST:PORT",
                     .set = SetText<&Options::target>,
                     .required = false,
                     .completes = Completes::kNodes}},
      .options = {{.name = "--near",
                   .value = "PLACE",
                   .help = "In place of TARGET: the nearest node that serves and is not busy",
                   .set = SetText<&Options::place>},
                  Herd()},
      .exit_codes = {{0, "done"}, {1, "the connection failed"}, {2, "wrong usage or herd file"}},
      .run = RunClient,
      .check = [](const Options& options) {
        return options.target.empty() == options.place.empty()
                   ? absl::InvalidArgumentError("give either TARGET or --near=PLACE")
                   : absl::OkStatus();
      }};
}

CommandRow Nodes() {
  return {.name = "nodes",
          .help = "Show all nodes as one of them knows them, and people's notices",
          .arguments = {},
          .options = {Node(), Json(), Herd()},
          .exit_codes = {{0, "done"}, {1, "no node answers"}, {2, "wrong usage or herd file"}},
          .run = RunNodes};
}

CommandRow FindNode() {
  return {.name = "find-node",
          .help = "Find the nearest nodes that serve and are not busy",
          .arguments = {{.name = "PLACE",
                         .help = "Where the client is, e.g. +34.0689-118.4451",
                         .set = SetText<&Options::place>}},
          .options = {{.name = "--most",
                       .value = "COUNT",
                       .help = "Show so many nodes (default: 3)",
                       .set = SetMost<kMaxFoundNodes>},
                      Node(),
                      Json(),
                      Herd()},
          .exit_codes = {{0, "found"},
                         {1, "no node answers, or none is to be used"},
                         {2, "wrong usage or herd file"}},
          .run = RunFindNode};
}

CommandRow Notice() {
  return {.name = "notice",
          .help = "Tell something to whoever asks any node",
          .arguments = {{.name = "TEXT",
                         .help = "The words, e.g. \"maintenance at 22:00\"; up to 1 KiB",
                         .set = SetText<&Options::text>}},
          .options = {{.name = "--for",
                       .value = "TIME",
                       .help = "How long they are worth reading, e.g. 90s, 30m, 1d (default: 1h)",
                       .set =
                           [](std::string_view value, Options& options) {
                             return Store(ReadLifetimeSeconds(value, 1, kMaxLifetimeS),
                                          options.lifetime_s);
                           }},
                      Node(),
                      Json(),
                      Herd()},
          .exit_codes = {{0, "posted"}, {1, "no node took it"}, {2, "wrong usage or herd file"}},
          .run = RunNotice};
}

CommandRow Completion() {
  return {.name = "completion",
          .help = "Write what makes a shell complete herdctl's command line",
          .arguments = {{.name = "SHELL",
                         .help = "bash: source <(herdctl completion bash)",
                         .set = SetShell,
                         .completes = Completes::kChoices,
                         .choices = {"bash"}}},
          .options = {},
          .exit_codes = {{0, "done"}, {2, "wrong usage"}},
          .run = RunCompletion};
}

}  // namespace

const CommandTable& HerdctlCommands() {
  // In the order of --help: what looks, what acts, what helps.
  static const auto& table =
      *new CommandTable{Status(), Top(),    Digest(), Nodes(),  FindNode(),
                        Notice(), Client(), Watch(),  Health(), Completion()};
  return table;
}

}  // namespace proxyherd
