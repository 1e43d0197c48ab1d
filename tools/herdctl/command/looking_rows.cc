// The rows of the commands that inspect a herd.
#include <string>
#include <utility>

#include "tools/herdctl/command/command_rows.h"
#include "tools/herdctl/command/commands.h"

namespace proxyherd::tools {
namespace {

// A shorter interval would cost more than it shows.
constexpr double kMinIntervalS = 0.1;
// The maximum that `digest` compares.
constexpr int kMaxNamedClients = 10'000;
// The limit in peer.proto.
constexpr int kMaxFoundNodes = 100;

CommandRow Status() {
  return {.name = "status",
          .help = "Show which members are up, links, records, and whether all nodes agree",
          .arguments = {},
          .options = {{.name = "--wait",
                       .value = "SECONDS",
                       .help = "Wait at most this long for everything to be up (default: 0)",
                       .set =
                           [](std::string_view value, Options& options) {
                             return Store(ReadSeconds(value, 0, kMaxWaitS), options.wait_s);
                           }},
                      JsonOption(),
                      HerdOption()},
          .exit_codes = {{0, "everything is up"},
                         {1, "something is not up"},
                         {2, "wrong usage or herd file"}},
          .run = RunStatus};
}

CommandRow Top() {
  return {.name = "top",
          .help = "Show a live table of what all nodes do",
          .arguments = {},
          .options = {{.name = "--interval",
                       .value = "SECONDS",
                       .help = "Time between two samples, from 0.1 to 3600 (default: 2)",
                       .set =
                           [](std::string_view value, Options& options) {
                             return Store(ReadSeconds(value, kMinIntervalS, kMaxWaitS),
                                          options.interval_s);
                           }},
                      {.name = "--once",
                       .value = "",
                       .help = "Take two samples, print one table and exit",
                       .set = SetFlag<&Options::once>},
                      JsonOption("Write JSON, one object per sample; needs no terminal"),
                      HerdOption()},
          .exit_codes = {{0, "ended by the user"}, {2, "wrong usage or herd file, or no terminal"}},
          .run = RunTop};
}

CommandRow Digest() {
  return {.name = "digest",
          .help = "Compare the tables of all nodes, and list the clients that differ",
          .arguments = {},
          .options = {{.name = "--max",
                       .value = "COUNT",
                       .help = "List at most this many clients per difference (default: 10)",
                       .set = SetMost<kMaxNamedClients>},
                      JsonOption(),
                      HerdOption()},
          .exit_codes = {{0, "all nodes agree, except for changes in flight"},
                         {1, "some differ, or are not serving"},
                         {2, "wrong usage or herd file"}},
          .run = RunDigest};
}

CommandRow Nodes() {
  return {.name = "nodes",
          .help = "Show all nodes as one of them knows them, and announcements",
          .arguments = {},
          .options = {NodeOption(), JsonOption(), HerdOption()},
          .exit_codes = {{0, "done"}, {1, "no node answers"}, {2, "wrong usage or herd file"}},
          .run = RunNodes};
}

CommandRow FindNode() {
  return {.name = "find-node",
          .help = "Find the nearest nodes that are serving and not busy",
          .arguments = {{.name = "PLACE",
                         .help = "Where the client is, e.g. +34.0689-118.4451",
                         .set = SetText<&Options::place>}},
          .options = {{.name = "--max",
                       .value = "COUNT",
                       .help = "Show at most this many nodes (default: 3)",
                       .set = SetMost<kMaxFoundNodes>},
                      NodeOption(),
                      JsonOption(),
                      HerdOption()},
          .exit_codes = {{0, "found"},
                         {1, "no node answers, or none is suitable"},
                         {2, "wrong usage or herd file"}},
          .run = RunFindNode};
}

CommandRow Watch() {
  return {
      .name = "watch",
      .help = "Follow clients: their present locations, then every change, at any node",
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
                   .help = "End after the present locations",
                   .set = SetFlag<&Options::once>},
                  NodeOption(),
                  JsonOption("Write JSON instead of text, one object per line"),
                  HerdOption()},
      .exit_codes = {{0, "done (--once), or the output was closed"},
                     {1, "no node answers; once one has answered, the watch is retried"},
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
          .help = "Check the health of one server, for probes",
          .arguments = {},
          .options = {{.name = "--addr",
                       .value = "HOST:PORT",
                       .help = "Address of its gRPC port",
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

}  // namespace

OptionRow HerdOption() {
  return {.name = "--herd",
          .value = "FILE",
          .help = "The herd file (default: deploy/herd.conf)",
          .set = SetText<&Options::herd_path>,
          .completes = Completes::kFiles,
          .environment = "HERDCTL_HERD"};
}

OptionRow NodeOption() {
  return {.name = "--node",
          .value = "NODE",
          .help = "The node to ask (default: the first of the herd file that answers)",
          .set = SetText<&Options::node>,
          .completes = Completes::kNodes};
}

OptionRow JsonOption(std::string help) {
  return {.name = "--json", .value = "", .help = std::move(help), .set = SetFlag<&Options::json>};
}

CommandTable LookingRows() {
  return {Status(), Top(), Digest(), Nodes(), FindNode(), Watch(), Health()};
}

}  // namespace proxyherd::tools
