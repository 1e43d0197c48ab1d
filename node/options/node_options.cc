#include "node/options/node_options.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/env.h"
#include "base/version.h"
#include "config/option_parser.h"
#include "net/host_port.h"
#include "node/options/common_options.h"
#include "node/options/gateway_options.h"
#include "node/options/memory_options.h"
#include "node/options/places_options.h"
#include "node/options/reload.h"
#include "server/signals/signals.h"

namespace proxyherd::node {
namespace {

constexpr int64_t kMaxExpirySeconds = int64_t{3660} * 24 * 3600;
constexpr int64_t kMaxSeconds = int64_t{7} * 24 * 3600;

// Adds the options for the node's name and its source of places.
void AddName(config::OptionParser& parser, NodeOptions& options) {
  parser.Text("name", &options.name,
              "Name of this node in the herd file, which gives its ports and links. Required");
  parser.Text("places_address", &options.places_address,
              "HOST:PORT of herd-places, overriding the herd file; `embedded`: look places up in "
              "this process, which saves a service and costs each node the memory of the data. "
              "Empty: as in the herd file, or else embedded");
}

void AddDisplacement(config::OptionParser& parser, NodeOptions& options) {
  parser.Flag(
      "exit_when_displaced", &options.exit_when_displaced,
      "Exit with code 3 when another process of this node's name has taken over its links. Use it "
      "only if the supervisor does not restart the process then (systemd: "
      "RestartPreventExitStatus=3); otherwise the two processes displace each other forever. "
      "Records that no other node has are lost. false: close the text port and wait to be stopped");
}

void AddPage(config::OptionParser& parser, NodeOptions& options) {
  parser.Flag(
      "page", &options.page,
      "Show the herd to browsers on the HTTP port; false: only links to /metrics and the like");
  parser.Flag("page_details", &options.page_details,
              "Show ids and exact positions of clients on the page to any host that can reach the "
              "HTTP port; otherwise positions are rounded to 11 km and counted");
  parser.Flag("page_console", &options.page_console,
              "Allow the page to send IAMAT and WHATSAT to this node");
}

void ValidateName(const NodeOptions& options, std::vector<std::string>& errors) {
  const config::HerdFile& herd = options.common.herd;
  if (options.name.empty()) {
    errors.emplace_back("--name=NAME is missing: which node of the herd file is this?");
  } else if (herd.Find(options.name) == nullptr && !herd.nodes.empty()) {
    const std::string names = absl::StrJoin(
        herd.nodes, ", ",
        [](std::string* out, const config::HerdNode& node) { absl::StrAppend(out, node.name); });
    errors.push_back(
        absl::StrCat("--name=", options.name, ": ", options.common.herd_path, " has only ", names));
  }
}

void ValidateAckAfter(const NodeOptions& options, std::vector<std::string>& errors) {
  const config::HerdFile& herd = options.common.herd;
  if (!options.ack_after_neighbour || herd.Find(options.name) == nullptr) return;
  if (herd.NeighboursOf(options.name).empty()) {
    errors.push_back(absl::StrCat("--ack_after=neighbour: ", options.name, " has no link in ",
                                  options.common.herd_path, ", so nothing could be acknowledged"));
  }
}

// Returns true if places are looked up in this process.
bool IsEmbedded(const NodeOptions& options) {
  return options.places_address == "embedded" ||
         (options.places_address.empty() && !options.common.herd.places.has_value());
}

void ValidatePlaces(const places::ProviderOptions& options, std::vector<std::string>& errors) {
  for (std::string& error : places::ProviderOptionErrors(options))
    errors.push_back(std::move(error));
}

template <typename Options>
OptionsOr<Options> Ended(const config::OptionParser& parser,
                         const config::OptionParser::Result& result, const std::string& program) {
  if (result.help) return {std::nullopt, parser.Help(), 0};
  if (result.version) return {std::nullopt, absl::StrCat(program, " ", kVersion, "\n"), 0};
  if (result.errors.empty()) {
    return {std::nullopt, result.print ? parser.Effective() : "The configuration is valid.\n", 0};
  }
  return {std::nullopt,
          absl::StrCat(absl::StrJoin(result.errors, "\n"), "\n", program, ": ",
                       result.errors.size() == 1 ? "an error" : "errors",
                       " in the configuration; see ", program, " --help\n"),
          2, result.errors};
}

}  // namespace

OptionsOr<NodeOptions> ParseNodeOptions(int argc, const char* const* argv,
                                        const char* const* environment) {
  NodeOptions options;
  config::OptionParser parser(
      "herd-node",
      "A node of a proxy herd: accepts the locations of clients over TCP, floods them to its "
      "neighbours, and answers which places are near a client.",
      absl::StrCat("Example: herd-node --herd=deploy/herd.conf --name=Clark\nExit codes: 0 stopped "
                   "in order, 1 a port or the places provider is unavailable, 2 errors in the "
                   "configuration, 3 displaced, with --exit_when_displaced.\n",
                   server::kSignalsHelp));
  CommonFlags common(options.common);
  common.Add(parser);
  AddName(parser, options);
  MemoryFlags memory(options);
  memory.Add(parser);
  parser.Duration(
      "max_future", &options.max_future_ns, 0, kMaxSeconds * kSecond,
      "How far in the future the time of a report may be; a report beyond it is ordered as if it "
      "were only that far ahead, so that a client whose clock is wrong is stuck no longer than "
      "this. 60s suits most herds. 0: any time is accepted, as in the classic specification");
  parser.Duration("expire_after", &options.expire_after_ns, 0, kMaxExpirySeconds * kSecond,
                  "Forget a client this long after the receipt of its last report, and delete it "
                  "an hour later. A lower value saves memory and loses clients that report rarely. "
                  "Must be the same on all nodes. 0: never");
  std::string ack_after = "local";
  parser.Choice(
      "ack_after", &ack_after, {"local", "neighbour"},
      "When a report is acknowledged. `local`: once it is in this node's memory; reports not yet "
      "sent to a neighbour are lost if the node is killed. `neighbour`: once a neighbour has it "
      "too, so that the loss of one node loses no acknowledged report; a reply then waits one "
      "round trip, and up to 20 ms more under a steady flow of reports");
  parser.Duration("ack_timeout", &options.ack_timeout_ns, kMillisecond, 3600 * kSecond,
                  "With --ack_after=neighbour: time after which a report that no neighbour has "
                  "acknowledged is answered like an invalid line; the node keeps it nevertheless. "
                  "A higher value bridges longer network cuts and makes clients wait longer");
  AddDisplacement(parser, options);
  AddPage(parser, options);
  PlacesFlags places(options.common.provider);
  places.Add(parser);
  GatewayFlags gateway(options.gateway);
  gateway.Add(parser);
  parser.MarkReloadable(ChangesAtReload);

  config::OptionParser::Result result = parser.Parse(argc, argv, environment);
  if (result.help || result.version) return Ended<NodeOptions>(parser, result, "herd-node");
  gateway.Store();
  places.Store(result.changed);
  common.Store(result);
  memory.Store(IsEmbedded(options), result);
  ValidateName(options, result.errors);
  if (IsEmbedded(options)) ValidatePlaces(options.common.provider, result.errors);
  options.ack_after_neighbour = ack_after == "neighbour";
  ValidateAckAfter(options, result.errors);
  if (!result.errors.empty() || result.check || result.print) {
    return Ended<NodeOptions>(parser, result, "herd-node");
  }

  const config::HerdFile& herd = options.common.herd;
  if (IsEmbedded(options)) {
    options.places_address.clear();
  } else if (options.places_address.empty()) {
    options.places_address = net::JoinHostPort(herd.places->host, herd.places->grpc_port);
  }
  options.gateway.address = options.common.listen;
  options.gateway.port = herd.Find(options.name)->text_port;
  return {std::move(options), "", 0};
}

OptionsOr<CommonOptions> ParsePlacesOptions(int argc, const char* const* argv,
                                            const char* const* environment) {
  CommonOptions options;
  config::OptionParser parser(
      "herd-places",
      "The places service of a proxy herd: answers the nodes which places are near a point.",
      absl::StrCat("Example: herd-places --herd=deploy/herd.conf\nExit codes: 0 stopped in order, "
                   "1 a port or the provider is unavailable, 2 errors in the configuration.\n",
                   server::kSignalsHelp));
  CommonFlags common(options);
  common.Add(parser);
  PlacesFlags places(options.provider);
  places.Add(parser);
  parser.MarkReloadable(ChangesAtReload);
  config::OptionParser::Result result = parser.Parse(argc, argv, environment);
  if (result.help || result.version) return Ended<CommonOptions>(parser, result, "herd-places");
  places.Store(result.changed);
  common.Store(result);
  options.provider.osm_memory_bytes = PlacesBytesFor(options.memory.bytes);
  ValidatePlaces(options.provider, result.errors);
  if (!options.herd.nodes.empty() && !options.herd.places.has_value()) {
    result.errors.push_back(
        absl::StrCat(options.herd_path, ": has no line `places host=HOST grpc=PORT http=PORT`"));
  }
  if (!result.errors.empty() || result.check || result.print) {
    return Ended<CommonOptions>(parser, result, "herd-places");
  }
  return {std::move(options), "", 0};
}

}  // namespace proxyherd::node
