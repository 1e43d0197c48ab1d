#include "node/options/common_options.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "server/log/log_file.h"

namespace proxyherd::node {
namespace {

// A numeric address, in network byte order.
struct NumericAddress {
  std::array<uint8_t, 16> bytes{};
  int family = AF_UNSPEC;  // AF_UNSPEC: the text is not an address

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

}  // namespace

void CommonFlags::Add(config::OptionParser& parser) {
  parser.Text("herd", &options_.herd_path,
              "Herd file: the nodes, their addresses and links. Required; see deploy/herd.conf");
  parser.Text("listen", &options_.listen,
              "Numeric address that all ports listen on. 0.0.0.0: all interfaces, which requires "
              "--insecure_peers. Other nodes use the addresses in the herd file");
  parser.Flag(
      "insecure_peers", &options_.insecure_peers,
      "Allow plaintext gRPC on an address other than loopback. Only for private networks: any host "
      "that can reach the gRPC port can report, read and act as a node, and any that can reach the "
      "link port can act as one. Off unless given");
  parser.Integer("memory", &memory_bytes_, 0, int64_t{1} << 50,
                 "Bytes of memory that the process may use. 0: detected, the minimum of the "
                 "machine's memory, the control groups' limits and the resource limits. Set it if "
                 "several processes share a machine");
  parser.Choice(
      "log_format", &options_.log_format, {"auto", "text", "json"},
      "Log lines as text or as JSON; auto: JSON if stderr is a pipe, as under a container engine");
  parser.Text("log_file", &options_.log_file,
              "File to append the log to, instead of stderr; created with mode 0640. SIGUSR1 "
              "reopens it, for log rotation. Empty: stderr");
  parser.Choice("log_level", &log_level_,
                {server::kLogLevelNames.begin(), server::kLogLevelNames.end()},
                "Minimum level of logged lines. `info`: clients' lines, links, states; `warning` "
                "omits clients' lines and saves the time that logging them takes; `debug` adds "
                "every attempt to dial");
}

void CommonFlags::Store(config::OptionParser::Result& result) {
  options_.log_level = server::ParseLogLevel(log_level_).value_or(server::LogLevel::kInfo);
  options_.memory = memory_bytes_ == 0 ? server::FindMemoryLimit()
                                       : server::MemoryLimit{static_cast<uint64_t>(memory_bytes_),
                                                             "set by --memory"};
  options_.values = result.values;
  if (!result.unfinished_file.empty()) options_.unfinished_files.push_back(result.unfinished_file);
  if (options_.herd_path.empty()) {
    result.errors.emplace_back(
        "--herd=FILE is missing; deploy/herd.conf describes the five-node herd");
  } else if (absl::StatusOr<config::HerdFile> herd = config::ReadHerdFile(options_.herd_path);
             herd.ok()) {
    options_.herd = *std::move(herd);
    if (!options_.herd.whole) options_.unfinished_files.push_back(options_.herd_path);
  } else {
    for (const std::string_view error : Split(FromAbsl(herd.status().message()), '\n')) {
      result.errors.emplace_back(error);
    }
  }
  if (const absl::Status file = server::LogFile::Check(options_.log_file); !file.ok()) {
    result.errors.emplace_back(file.message());
  }
  const NumericAddress listen(options_.listen);
  if (listen.family == AF_UNSPEC) {
    result.errors.push_back(
        absl::StrCat("--listen=", options_.listen,
                     ": expected a numeric address, like 127.0.0.1, 0.0.0.0 or ::1"));
  } else if (!listen.IsLoopback() && !options_.insecure_peers) {
    result.errors.push_back(
        absl::StrCat("--listen=", options_.listen,
                     ": gRPC would be plaintext and open to every host that can reach it; ",
                     "listen on 127.0.0.1, or give --insecure_peers if the network is private"));
  }
}

}  // namespace proxyherd::node
