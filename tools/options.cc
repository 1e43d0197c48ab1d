// See options.h.
#include "tools/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "node/version.h"
#include "tools/near_name.h"

namespace proxyherd {
namespace {

constexpr int kUsageError = 2;
constexpr int kHealthUsageError = 1;
// Longer than anybody waits at a prompt; it also keeps the sum with the clock in range.
constexpr double kMaxWaitS = 3600;

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
  client->add_option("target", options.target, "A node of the herd file, or HOST:PORT")->required();
  client->add_option("--herd", options.herd_path, "The herd file")->capture_default_str();
  client->footer("Exit code: 0 done, 1 the connection failed, 2 wrong usage or herd file.");
}

// The first argument, when it looks like a mistyped subcommand.
std::string Suggestion(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return "";
  const std::string near = NearestName(arguments[0], {"status", "health", "client"});
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

  ParsedOptions parsed;
  try {
    // CLI11 wants the arguments last first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
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
  parsed.options = options;
  return parsed;
}

}  // namespace proxyherd
