// What an operator can say to both servers.
#include "node/options/common_options.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/log/log_file.h"

namespace proxyherd {
namespace {

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

}  // namespace

void CommonFlags::Add(OptionParser& parser) {
  parser.Text("herd", &options_.herd_path,
              "The herd file: nodes, their addresses and links. Required; see deploy/herd.conf");
  parser.Text(
      "listen", &options_.listen,
      "Numeric address that all ports listen on; 0.0.0.0: all of the machine's, which needs "
      "--insecure_peers. How others reach it is the herd file's business");
  parser.Flag(
      "insecure_peers", &options_.insecure_peers,
      "Allow plaintext gRPC on an address other than loopback. Only for private networks: "
      "whoever reaches the gRPC port can report, read and speak as a node. Off unless given");
  parser.Integer(
      "memory", &memory_bytes_, 0, int64_t{1} << 50,
      "Bytes of memory that the process may use. 0: what it finds, the least of the machine's, its "
      "control groups' and its resource limits'. State it where several processes share a machine");
  parser.Choice("log_format", &options_.log_format, {"auto", "text", "json"},
                "Lines for people or for machines; auto: JSON when stderr is a pipe, as under a "
                "container engine");
  parser.Text(
      "log_file", &options_.log_file,
      "File that the log is appended to, in place of stderr; created with mode 0640. SIGUSR1 "
      "opens it again, for log rotation. Empty: stderr");
  parser.Choice(
      "log_level", &log_level_, {kLogLevelNames.begin(), kLogLevelNames.end()},
      "How much a line must matter to be logged. `info`: what clients send, links, states; "
      "`warning` saves the time that clients' lines take, and does not show them; `debug` "
      "tells every attempt to dial, too");
}

void CommonFlags::Store(OptionParser::Result& result) {
  options_.log_level = ParseLogLevel(log_level_).value_or(LogLevel::kInfo);
  options_.memory = memory_bytes_ == 0
                        ? FindMemoryLimit()
                        : MemoryLimit{static_cast<uint64_t>(memory_bytes_), "stated by --memory"};
  options_.values = result.values;
  if (!result.unfinished_file.empty()) options_.unfinished_files.push_back(result.unfinished_file);
  if (options_.herd_path.empty()) {
    result.errors.emplace_back(
        "--herd=FILE is missing; deploy/herd.conf describes the five-node herd");
  } else if (absl::StatusOr<HerdFile> herd = ReadHerdFile(options_.herd_path); herd.ok()) {
    options_.herd = *std::move(herd);
    if (!options_.herd.whole) options_.unfinished_files.push_back(options_.herd_path);
  } else {
    for (const absl::string_view error : absl::StrSplit(herd.status().message(), '\n')) {
      result.errors.emplace_back(error);
    }
  }
  if (const absl::Status file = LogFile::Check(options_.log_file); !file.ok()) {
    result.errors.emplace_back(file.message());
  }
  const NumericAddress listen(options_.listen);
  if (listen.family == AF_UNSPEC) {
    result.errors.push_back(
        absl::StrCat("--listen=", options_.listen,
                     ": expected a numeric address, like 127.0.0.1, 0.0.0.0 or ::1"));
  } else if (!listen.IsLoopback() && !options_.insecure_peers) {
    result.errors.push_back(absl::StrCat(
        "--listen=", options_.listen, ": gRPC would be plaintext and open to whoever reaches it; ",
        "listen on 127.0.0.1, or say --insecure_peers when the network is private"));
  }
}

}  // namespace proxyherd
