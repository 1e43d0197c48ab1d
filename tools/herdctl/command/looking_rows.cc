// The rows of the commands that look at a herd.
#include <string>
#include <utility>

#include "tools/herdctl/command/command_rows.h"
#include "tools/herdctl/command/commands.h"

namespace proxyherd {
namespace {

// More often costs more than it tells.
constexpr double kMinIntervalS = 0.1;
// As many as `digest` looks at.
constexpr int kMaxNamedClients = 10'000;
// As peer.proto has it.
constexpr int kMaxFoundNodes = 100;

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
                      JsonOption(),
                      HerdOption()},
          .exit_codes = {{0, "everything is up"},
                         {1, "something is not"},
                         {2, "wrong usage or herd file"}},
          .run = RunStatus};
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
                      JsonOption("Write JSON, an object for each look; needs no terminal"),
                      HerdOption()},
          .exit_codes = {{0, "it was ended"}, {2, "wrong usage or herd file, or no terminal"}},
          .run = RunTop};
}

CommandRow Digest() {
  return {.name = "digest",
          .help = "Show whether all nodes hold the same, and who differs by which clients",
          .arguments = {},
          .options = {{.name = "--most",
                       .value = "COUNT",
                       .help = "Name so many clients of each difference (default: 10)",
                       .set = SetMost<kMaxNamedClients>},
                      JsonOption(),
                      HerdOption()},
          .exit_codes = {{0, "all nodes agree, but for what is in flight"},
                         {1, "some differ, or do not serve"},
                         {2, "wrong usage or herd file"}},
          .run = RunDigest};
}

CommandRow Nodes() {
  return {.name = "nodes",
          .help = "Show all nodes as one of them knows them, and people's notices",
          .arguments = {},
          .options = {NodeOption(), JsonOption(), HerdOption()},
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
                      NodeOption(),
                      JsonOption(),
                      HerdOption()},
          .exit_codes = {{0, "found"},
                         {1, "no node answers, or none is to be used"},
                         {2, "wrong usage or herd file"}},
          .run = RunFindNode};
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
                  NodeOption(),
                  JsonOption("Write JSON instead of text, an object a line"),
                  HerdOption()},
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

}  // namespace proxyherd
