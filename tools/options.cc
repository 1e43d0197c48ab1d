// See options.h.
#include "tools/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "node/version.h"
#include "tools/near_name.h"

namespace proxyherd {
namespace {

constexpr int kUsageError = 2;
constexpr int kHealthUsageError = 1;
// Longer than anybody waits at a prompt; it also keeps the sum with the clock in range.
constexpr double kMaxWaitS = 3600;
// As peer.proto has them.
constexpr int kMaxFoundNodes = 100;
constexpr int64_t kMaxLifetimeS = int64_t{30} * 24 * 3600;

void AddStatus(CLI::App& app, Options& options) {
  CLI::App* status = app.add_subcommand("status", "Show who is up, links, records, agreement");
  status->add_option("--herd", options.herd_path, "The herd file")->capture_default_str();
  status->add_option("--wait", options.wait_s, "Wait so many seconds for everything to be up")
      ->check(CLI::Range(0.0, kMaxWaitS));
  status->add_flag("--json", options.json, "Write JSON instead of a table");
  status->footer("Exit code: 0 everything is up, 1 something is not, 2 wrong usage or herd file.");
}

void AddHealth(CLI::App& app, Options& options) {
  CLI::App* health = app.add_subcommand("health", "Ask one server for its health, for probes");
  health->add_option("--addr", options.address, "HOST:PORT of its gRPC port")
      ->envname("HERDCTL_ADDR")
      ->required();
  health->add_option("--service", options.service, "The service to ask about (default: the server)")
      ->envname("HERDCTL_SERVICE");
  health->footer(
      "Exit code: 0 serving, 1 wrong usage, 2 no connection, 3 the call failed, 4 not serving.");
}

void AddClient(CLI::App& app, Options& options) {
  CLI::App* client = app.add_subcommand("client", "Talk to a node: a prompt, or lines from a pipe");
  CLI::Option* target =
      client->add_option("target", options.target, "A node of the herd file, or HOST:PORT");
  client
      ->add_option("--near", options.place,
                   "Talk to the nearest node that serves and is not busy, e.g. +34.0689-118.4451")
      ->excludes(target);
  client->add_option("--herd", options.herd_path, "The herd file")->capture_default_str();
  client->footer("Exit code: 0 done, 1 the connection failed, 2 wrong usage or herd file.");
}

// What the commands have in common that ask one node about all.
void AddAsking(CLI::App& command, Options& options) {
  command.add_option("--node", options.node,
                     "The node to ask (default: the first of the herd file that answers)");
  command.add_option("--herd", options.herd_path, "The herd file")->capture_default_str();
  command.add_flag("--json", options.json, "Write JSON instead of text");
}

void AddNodes(CLI::App& app, Options& options) {
  CLI::App* nodes = app.add_subcommand("nodes", "Show all nodes as one of them knows them");
  AddAsking(*nodes, options);
  nodes->footer("Exit code: 0 done, 1 no node answers, 2 wrong usage or herd file.");
}

void AddFindNode(CLI::App& app, Options& options) {
  CLI::App* find = app.add_subcommand("find-node", "Find the nearest nodes to connect to");
  find->add_option("place", options.place, "Where the client is, e.g. +34.0689-118.4451")
      ->required();
  find->add_option("--max", options.most, "Show so many nodes at most")
      ->check(CLI::Range(1, kMaxFoundNodes))
      ->capture_default_str();
  AddAsking(*find, options);
  find->footer(
      "Exit code: 0 found, 1 no node answers or none is to be used, 2 wrong usage or herd file.");
}

void AddNotice(CLI::App& app, Options& options) {
  CLI::App* notice = app.add_subcommand("notice", "Tell something to whoever asks any node");
  notice->add_option("text", options.text, "The words, e.g. \"maintenance at 22:00\"; up to 1 KiB")
      ->required();
  const std::map<std::string, int64_t> units = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  notice
      ->add_option("--for", options.lifetime_s,
                   "How long they are worth reading: seconds, or e.g. 30m, 2h, 1d")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_SENSITIVE))
      ->check(CLI::Range(int64_t{1}, kMaxLifetimeS))
      ->capture_default_str();
  AddAsking(*notice, options);
  notice->footer("Exit code: 0 posted, 1 no node took it, 2 wrong usage or herd file.");
}

void AddDrain(CLI::App& app, Options& options) {
  CLI::App* drain = app.add_subcommand("drain", "Let a node end in order, and wait until it has");
  drain->add_option("node", options.node, "The node")->required();
  drain->add_flag("--even-if-alone", options.drain.even_if_alone,
                  "Also when no link of it is up, so that what only it knows is gone");
  drain->add_flag("!--no-wait", options.drain.wait, "Return as soon as it has begun");
  drain->add_option("--within", options.drain.within_s, "Wait so many seconds at most")
      ->check(CLI::Range(0.0, kMaxWaitS))
      ->capture_default_str();
  drain->add_option("--herd", options.herd_path, "The herd file")->capture_default_str();
  drain->add_flag("--json", options.json, "Write JSON instead of text");
  drain->footer("Exit code: 0 it has ended, 1 it has not, 2 wrong usage or herd file.");
}

void AddRollingRestart(CLI::App& app, Options& options) {
  CLI::App* rolling =
      app.add_subcommand("rolling-restart", "Restart nodes one by one, while the herd serves");
  RollingCommand& command = options.rolling;
  rolling->add_option("nodes", command.nodes, "The nodes, in this order (default: all)");
  rolling->add_option("--start", command.start,
                      "Starts the node {}, e.g. './herd start {}' (default: a supervisor does)");
  rolling->add_option("--stop", command.stop, "Stops the node {} (default: the call Drain)");
  rolling->add_option("--end-within", command.end_within_s, "Seconds that a node may take to end")
      ->check(CLI::Range(0.0, kMaxWaitS))
      ->capture_default_str();
  rolling
      ->add_option("--back-within", command.back_within_s,
                   "Seconds after that, until it serves, is linked, and all agree")
      ->check(CLI::Range(0.0, kMaxWaitS))
      ->capture_default_str();
  rolling->add_option("--herd", options.herd_path, "The herd file")->capture_default_str();
  rolling->add_flag("--json", options.json, "Write JSON instead of text");
  rolling->footer(
      "Exit code: 0 all have been restarted, 1 something went wrong, and nothing further was\n"
      "touched, 2 wrong usage or herd file.");
}

// The first argument, when it looks like a mistyped subcommand.
std::string Suggestion(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return "";
  const std::string near = NearestName(
      arguments[0],
      {"status", "health", "client", "nodes", "find-node", "notice", "drain", "rolling-restart"});
  if (near.empty() || near == arguments[0]) return "";
  return absl::StrCat("Did you mean '", near, "'?\n");
}

}  // namespace

ParsedOptions ParseOptions(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app("Looks at a running herd, and talks to it.", "herdctl");
  app.set_version_flag("--version", absl::StrCat("herdctl ", kVersion));
  app.require_subcommand(1);
  AddStatus(app, options);
  AddHealth(app, options);
  AddClient(app, options);
  AddNodes(app, options);
  AddFindNode(app, options);
  AddNotice(app, options);
  AddDrain(app, options);
  AddRollingRestart(app, options);

  ParsedOptions parsed;
  try {
    // CLI11 wants the arguments last first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    if (app.got_subcommand("client") && options.target.empty() && options.place.empty()) {
      throw CLI::RequiredError("target");
    }
  } catch (const CLI::Success& success) {
    std::ostringstream out;
    app.exit(success, out, out);
    parsed.text = out.str();
    return parsed;
  } catch (const CLI::ParseError& error) {
    parsed.text = absl::StrCat("herdctl: ", error.what(), "\n", Suggestion(arguments),
                               "See herdctl --help.\n");
    const bool health = !arguments.empty() && arguments[0] == "health";
    parsed.exit_code = health ? kHealthUsageError : kUsageError;
    return parsed;
  }
  if (app.got_subcommand("health")) options.command = Options::Command::kHealth;
  if (app.got_subcommand("client")) options.command = Options::Command::kClient;
  if (app.got_subcommand("nodes")) options.command = Options::Command::kNodes;
  if (app.got_subcommand("find-node")) options.command = Options::Command::kFindNode;
  if (app.got_subcommand("notice")) options.command = Options::Command::kNotice;
  if (app.got_subcommand("drain")) options.command = Options::Command::kDrain;
  if (app.got_subcommand("rolling-restart")) options.command = Options::Command::kRolling;
  parsed.options = options;
  return parsed;
}

}  // namespace proxyherd
