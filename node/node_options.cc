// The options of the two servers.
#include "node/node_options.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/env.h"
#include "node/listen_address.h"
#include "node/option_parser.h"
#include "node/places_options.h"
#include "node/version.h"

namespace proxyherd {
namespace {

constexpr int64_t kMaxExpirySeconds = int64_t{3660} * 24 * 3600;
constexpr int64_t kMaxSeconds = int64_t{7} * 24 * 3600;

// Integer options of other types than the parser's.
struct Seconds {
  explicit Seconds(int64_t* ns) : ns_(ns), value(*ns / kSecond) {}
  void Store() const { *ns_ = value * kSecond; }
  int64_t* ns_;
  int64_t value;
};

template <typename T>
struct Number {
  explicit Number(T* target) : target_(target), value(static_cast<int64_t>(*target)) {}
  void Store() const { *target_ = static_cast<T>(value); }
  T* target_;
  int64_t value;
};

// A numeric address, in network byte order.
struct NumericAddress {
  std::array<uint8_t, 16> bytes{};
  int family = AF_UNSPEC;  // when the text is none

  explicit NumericAddress(const std::string& text) {
    for (const int candidate : {AF_INET, AF_INET6}) {
      if (inet_pton(candidate, text.c_str(), bytes.data()) == 1) family = candidate;
    }
  }
  bool IsLoopback() const {
    if (family == AF_INET) return bytes[0] == 127;
    const auto last = bytes.end() - 1;
    return family == AF_INET6 && *last == 1 &&
           std::all_of(bytes.begin(), last, [](uint8_t byte) { return byte == 0; });
  }
};

void AddCommon(OptionParser& parser, CommonOptions& options) {
  parser.Text("herd", &options.herd_path,
              "The herd file: nodes, ports and links. Required; see deploy/herd.conf");
  parser.Text("listen", &options.listen,
              "Address that all ports listen on; how others reach it is the herd file's business");
  parser.Flag("insecure_peers", &options.insecure_peers,
              "Allow plaintext gRPC on an address other than loopback. Only for private networks: "
              "whoever reaches the gRPC port can report, read and speak as a node");
  parser.Choice("log_format", &options.log_format, {"auto", "text", "json"},
                "Lines for people or for machines; auto: JSON when stderr is a pipe, as under a "
                "container engine");
}

// What both have to get right beside the syntax.
void JudgeCommon(CommonOptions& options, std::vector<std::string>& errors) {
  if (options.herd_path.empty()) {
    errors.emplace_back("--herd=FILE is missing; deploy/herd.conf describes the five-node herd");
  } else if (absl::StatusOr<HerdFile> herd = ReadHerdFile(options.herd_path); herd.ok()) {
    options.herd = *std::move(herd);
  } else {
    errors.emplace_back(herd.status().message());
  }
  const NumericAddress listen(options.listen);
  if (listen.family == AF_UNSPEC) {
    errors.push_back(absl::StrCat("--listen=", options.listen,
                                  ": expected a numeric address, like 127.0.0.1, 0.0.0.0 or ::1"));
  } else if (!listen.IsLoopback() && !options.insecure_peers) {
    errors.push_back(absl::StrCat(
        "--listen=", options.listen, ": gRPC would be plaintext and open to whoever reaches it; ",
        "listen on 127.0.0.1, or say --insecure_peers when the network is private"));
  }
}

// The options of the text port, with the parser's integers in between.
class GatewayFlags {
 public:
  explicit GatewayFlags(GatewayOptions& options) : options_(options) {}

  void Add(OptionParser& parser) {
    parser.Integer("loops", &loops_.value, 0, 1024,
                   "Event loops of the text port, each a thread; 0: one for each core");
    parser.Integer("max_connections", &connections_.value, 0, 10'000'000,
                   "Connections of the text port; 0: as the limit on descriptors allows");
    parser.Integer("max_connections_per_address", &per_address_.value, 0, 10'000'000,
                   "Connections of one address; 0: no limit, since a carrier's NAT looks like one");
    parser.Integer("max_line_bytes", &line_.value, 64, 8192, "Bytes of a command line");
    parser.Integer("max_unsent_bytes", &unsent_.value, 4096, 64 << 20,
                   "Bytes of replies that a client has not read; past it the node stops reading "
                   "from it");
    parser.Integer("max_pending_lookups", &lookups_.value, 1, 10'000,
                   "WHATSATs of one connection that wait for places; at it the node stops reading");
    parser.Integer("first_line_timeout_s", &first_line_.value, 1, kMaxSeconds,
                   "Seconds until a new connection must have sent a line");
    parser.Integer("idle_timeout_s", &idle_.value, 1, kMaxSeconds,
                   "Seconds without a byte from a client until it is closed");
    parser.Integer("write_stall_timeout_s", &stall_.value, 1, kMaxSeconds,
                   "Seconds in which a client takes none of its replies until it is closed");
    parser.Flag("close_after_reply", &options_.session.close_after_first_reply,
                "Close after the first reply, for old clients that read to end of file");
    parser.Integer("log_lines_per_second", &options_.log_lines_per_second, 0, 1'000'000,
                   "Lines of clients' traffic that are logged of each second; 0: none");
  }

  void Store() const {
    for (const auto* number : {&loops_, &connections_, &per_address_}) number->Store();
    for (const auto* number : {&line_, &unsent_, &lookups_}) number->Store();
    for (const auto* seconds : {&first_line_, &idle_, &stall_}) seconds->Store();
  }

 private:
  GatewayOptions& options_;
  Number<int> loops_{&options_.loops};
  Number<int> connections_{&options_.max_connections};
  Number<int> per_address_{&options_.max_connections_per_address};
  Number<size_t> line_{&options_.session.max_line_bytes};
  Number<size_t> unsent_{&options_.session.max_unsent_bytes};
  Number<size_t> lookups_{&options_.session.max_pending_lookups};
  Seconds first_line_{&options_.session.first_line_timeout_ns};
  Seconds idle_{&options_.session.idle_timeout_ns};
  Seconds stall_{&options_.session.write_stall_timeout_ns};
};

void AddPage(OptionParser& parser, NodeOptions& options) {
  parser.Flag(
      "page", &options.page,
      "Show the herd to browsers, on the HTTP port; false: links to /metrics and the like only");
  parser.Flag("page_details", &options.page_details,
              "Show ids and exact positions of clients on the page to whoever reaches the HTTP "
              "port; without it they are rounded to 11 km and counted");
  parser.Flag("page_console", &options.page_console,
              "Let the page send IAMAT and WHATSAT to this node");
}

void JudgeName(const NodeOptions& options, std::vector<std::string>& errors) {
  const HerdFile& herd = options.common.herd;
  if (options.name.empty()) {
    errors.emplace_back("--name=NAME is missing: which node of the herd file is this?");
  } else if (herd.Find(options.name) == nullptr && !herd.nodes.empty()) {
    const std::string names = absl::StrJoin(
        herd.nodes, ", ",
        [](std::string* out, const HerdNode& node) { absl::StrAppend(out, node.name); });
    errors.push_back(
        absl::StrCat("--name=", options.name, ": ", options.common.herd_path, " has only ", names));
  }
}

void JudgeAckAfter(const NodeOptions& options, std::vector<std::string>& errors) {
  const HerdFile& herd = options.common.herd;
  if (!options.ack_after_neighbour || herd.Find(options.name) == nullptr) return;
  if (herd.NeighboursOf(options.name).empty()) {
    errors.push_back(absl::StrCat("--ack_after=neighbour: ", options.name, " has no link in ",
                                  options.common.herd_path, ", so nothing could be acknowledged"));
  }
}

// Whether places are looked up in this process.
bool IsEmbedded(const NodeOptions& options) {
  return options.places_address == "embedded" ||
         (options.places_address.empty() && !options.common.herd.places.has_value());
}

void JudgePlaces(const ProviderOptions& options, std::vector<std::string>& errors) {
  for (std::string& error : ProviderOptionErrors(options)) errors.push_back(std::move(error));
}

template <typename Options>
OptionsOr<Options> Ended(const OptionParser& parser, const OptionParser::Result& result,
                         const std::string& program) {
  if (result.help) return {std::nullopt, parser.Help(), 0};
  if (result.version) return {std::nullopt, absl::StrCat(program, " ", kVersion, "\n"), 0};
  if (result.errors.empty()) {
    return {std::nullopt, result.print ? parser.Effective() : "The configuration is right.\n", 0};
  }
  return {std::nullopt,
          absl::StrCat(absl::StrJoin(result.errors, "\n"), "\n", program, ": ",
                       result.errors.size() == 1 ? "an error" : "errors",
                       " in the configuration; see ", program, " --help\n"),
          2};
}

}  // namespace

OptionsOr<NodeOptions> ParseNodeOptions(int argc, const char* const* argv,
                                        const char* const* environment) {
  NodeOptions options;
  OptionParser parser("herd-node",
                      "A node of a proxy herd: takes locations of clients over TCP, floods them to "
                      "its neighbours, answers what is near a client.",
                      "Example: herd-node --herd=deploy/herd.conf --name=Clark\n"
                      "Exit codes: 0 stopped by SIGTERM or SIGINT, 1 a port or the places provider "
                      "cannot be had, 2 errors in the configuration.");
  AddCommon(parser, options.common);
  parser.Text("name", &options.name, "Which node of the herd file this is. Required");
  parser.Text("places_address", &options.places_address,
              "HOST:PORT of herd-places, instead of the herd file's; `embedded`: look places up in "
              "this process");
  parser.Integer("max_clients", &options.max_clients, 0, 4'000'000'000,
                 "Clients known in all; new ones beyond it are refused, at some 100 bytes each");
  parser.Duration("max_future", &options.max_future_ns, 0, kMaxSeconds * kSecond,
                  "How far in the future a report may be and still be believed; one further ahead "
                  "is ordered as if it were just so far, so that a client whose clock is wrong is "
                  "stuck no longer than this. 60s suits most herds; 0: believe all, as the classic "
                  "specification does");
  parser.Duration(
      "expire_after", &options.expire_after_ns, 0, kMaxExpirySeconds * kSecond,
      "Forget a client this long after the receipt of its last report, and delete it an "
      "hour later; the same at all nodes. 0: never");
  std::string ack_after = "local";
  parser.Choice(
      "ack_after", &ack_after, {"local", "neighbour"},
      "When a report is acknowledged. `local`: when it is in this node's memory; what is "
      "not handed on yet is lost if the node is killed. `neighbour`: when a neighbour has "
      "it, too, so that no loss of one node loses it; a reply then waits a round trip, "
      "and up to 20 ms more while reports come all the time");
  parser.Duration("ack_timeout", &options.ack_timeout_ns, kMillisecond, 3600 * kSecond,
                  "With --ack_after=neighbour: how long until a report that no neighbour has "
                  "acknowledged is answered like a line that was not taken; the node keeps it all "
                  "the same. More bridges longer cuts, at the price of clients that wait");
  AddPage(parser, options);
  PlacesFlags places(options.common.provider);
  places.Add(parser);
  GatewayFlags gateway(options.gateway);
  gateway.Add(parser);

  OptionParser::Result result = parser.Parse(argc, argv, environment);
  if (result.help || result.version) return Ended<NodeOptions>(parser, result, "herd-node");
  gateway.Store();
  places.Store(result.changed);
  JudgeCommon(options.common, result.errors);
  JudgeName(options, result.errors);
  if (IsEmbedded(options)) JudgePlaces(options.common.provider, result.errors);
  options.ack_after_neighbour = ack_after == "neighbour";
  JudgeAckAfter(options, result.errors);
  if (!result.errors.empty() || result.check || result.print) {
    return Ended<NodeOptions>(parser, result, "herd-node");
  }

  const HerdFile& herd = options.common.herd;
  if (IsEmbedded(options)) {
    options.places_address.clear();
  } else if (options.places_address.empty()) {
    options.places_address = HostPort(herd.places->host, herd.places->grpc_port);
  }
  options.gateway.address = options.common.listen;
  options.gateway.port = herd.Find(options.name)->text_port;
  return {std::move(options), "", 0};
}

OptionsOr<CommonOptions> ParsePlacesOptions(int argc, const char* const* argv,
                                            const char* const* environment) {
  CommonOptions options;
  OptionParser parser("herd-places",
                      "The places service of a proxy herd: says what is near a point of the earth, "
                      "to all nodes.",
                      "Example: herd-places --herd=deploy/herd.conf\n"
                      "Exit codes: 0 stopped by SIGTERM or SIGINT, 1 a port or the provider cannot "
                      "be had, 2 errors in the configuration.");
  AddCommon(parser, options);
  PlacesFlags places(options.provider);
  places.Add(parser);
  OptionParser::Result result = parser.Parse(argc, argv, environment);
  if (result.help || result.version) return Ended<CommonOptions>(parser, result, "herd-places");
  places.Store(result.changed);
  JudgeCommon(options, result.errors);
  JudgePlaces(options.provider, result.errors);
  if (!options.herd.nodes.empty() && !options.herd.places.has_value()) {
    result.errors.push_back(
        absl::StrCat(options.herd_path, ": has no line `places host=HOST grpc=PORT http=PORT`"));
  }
  if (!result.errors.empty() || result.check || result.print) {
    return Ended<CommonOptions>(parser, result, "herd-places");
  }
  return {std::move(options), "", 0};
}

}  // namespace proxyherd
