// The rows of the commands that act on a herd.
#include <string>
#include <utility>

#include "tools/herdctl/command/command_rows.h"
#include "tools/herdctl/command/commands.h"

namespace proxyherd::tools {
namespace {

// The limit in peer.proto.
constexpr int64_t kMaxLifetimeS = int64_t{30} * 24 * 3600;

absl::Status SetShell(std::string_view value, Options& options) {
  if (value != "bash") return absl::InvalidArgumentError("only bash is supported");
  return SetText<&Options::target>(value, options);
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
                   .help = "Instead of TARGET: the nearest node that is serving and not busy",
                   .set = SetText<&Options::place>},
                  HerdOption()},
      .exit_codes = {{0, "done"}, {1, "the connection failed"}, {2, "wrong usage or herd file"}},
      .run = RunClient,
      .check = [](const Options& options) {
        return options.target.empty() == options.place.empty()
                   ? absl::InvalidArgumentError("give either TARGET or --near=PLACE")
                   : absl::OkStatus();
      }};
}

CommandRow Notice() {
  return {
      .name = "notice",
      .help = "Post an announcement, which all nodes show",
      .arguments = {{.name = "TEXT",
                     .help = "The text, e.g. \"maintenance at 22:00\"; up to 1 KiB",
                     .set = SetText<&Options::text>}},
      .options = {{.name = "--for",
                   .value = "TIME",
                   .help = "Lifetime of the announcement, e.g. 90s, 30m, 1d (default: 1h)",
                   .set =
                       [](std::string_view value, Options& options) {
                         return Store(ReadLifetimeSeconds(value, 1, kMaxLifetimeS),
                                      options.lifetime_s);
                       }},
                  NodeOption(),
                  JsonOption(),
                  HerdOption()},
      .exit_codes = {{0, "posted"}, {1, "no node accepted it"}, {2, "wrong usage or herd file"}},
      .run = RunAnnounce};
}

CommandRow Drain() {
  return {
      .name = "drain",
      .help = "Stop a node in order, and wait until it has ended",
      .arguments = {{.name = "NODE",
                     .help = "The node",
                     .set = SetText<&Options::node>,
                     .completes = Completes::kNodes}},
      .options = {{.name = "--even-if-alone",
                   .value = "",
                   .help = "Even if none of its links is up, so that records only it has are lost",
                   .set =
                       [](std::string_view, Options& options) {
                         options.drain.even_if_alone = true;
                         return absl::OkStatus();
                       }},
                  {.name = "--no-wait",
                   .value = "",
                   .help = "Return as soon as the stop has begun",
                   .set =
                       [](std::string_view, Options& options) {
                         options.drain.wait = false;
                         return absl::OkStatus();
                       }},
                  {.name = "--within",
                   .value = "SECONDS",
                   .help = "Maximum time to wait (default: 20)",
                   .set =
                       [](std::string_view value, Options& options) {
                         return Store(ReadSeconds(value, 0, kMaxWaitS), options.drain.within_s);
                       }},
                  JsonOption(),
                  HerdOption()},
      .exit_codes = {{0, "it has ended, or with --no-wait is stopping"},
                     {1, "it has not"},
                     {2, "wrong usage or herd file"}},
      .run = RunDrainOf};
}

std::vector<OptionRow> RollingOptions() {
  return {{.name = "--start",
           .value = "COMMAND",
           .help = "Command that starts node {}, e.g. './herd start {}' (default: a supervisor)",
           .set =
               [](std::string_view value, Options& options) {
                 options.rolling.start = std::string(value);
                 return absl::OkStatus();
               }},
          {.name = "--stop",
           .value = "COMMAND",
           .help = "Command that stops node {} (default: the Drain call)",
           .set =
               [](std::string_view value, Options& options) {
                 options.rolling.stop = std::string(value);
                 return absl::OkStatus();
               }},
          {.name = "--end-within",
           .value = "SECONDS",
           .help = "Maximum time for a node to end (default: 20)",
           .set =
               [](std::string_view value, Options& options) {
                 return Store(ReadSeconds(value, 0, kMaxWaitS), options.rolling.end_within_s);
               }},
          {.name = "--back-within",
           .value = "SECONDS",
           .help = "Maximum time then until it serves, is linked, and all agree (default: 60)",
           .set =
               [](std::string_view value, Options& options) {
                 return Store(ReadSeconds(value, 0, kMaxWaitS), options.rolling.back_within_s);
               }},
          JsonOption(),
          HerdOption()};
}

CommandRow RollingRestart() {
  return {.name = "rolling-restart",
          .help = "Restart nodes one by one while the herd serves",
          .arguments = {{.name = "NODE",
                         .help = "The nodes, in this order (default: all)",
                         .set =
                             [](std::string_view value, Options& options) {
                               options.rolling.nodes.emplace_back(value);
                               return absl::OkStatus();
                             },
                         .required = false,
                         .repeats = true,
                         .completes = Completes::kNodes}},
          .options = RollingOptions(),
          .exit_codes = {{0, "all have been restarted"},
                         {1, "a step failed, and no further node was touched"},
                         {2, "wrong usage or herd file"}},
          .run = RunRollingOf};
}

CommandRow Completion() {
  return {.name = "completion",
          .help = "Print the shell completion script of herdctl",
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

CommandTable ActingRows() { return {Client(), Notice(), Drain(), RollingRestart(), Completion()}; }

}  // namespace proxyherd::tools
