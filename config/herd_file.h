// The herd file: the nodes, their addresses and their links. One fact per line, read by every node,
// by the tools and by scripts:
//
//     herd   seed
//     node   Clark  host=127.0.0.1 text=10003 grpc=11003 http=12003 link=13003 at=+34.0689-118.4451
//     link   Clark Jaquez
//     places host=127.0.0.1 grpc=11010 http=12010
//
// `#` begins a comment. A link is written once and holds in both directions. `link=` is optional;
// without it neighbours dial `grpc=`. `places` gives the address of herd-places; without it each
// node looks places up itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace proxyherd::config {

struct HerdNode {
  std::string name;  // IsNodeName
  std::string host;  // how the others reach it, not the address it listens on
  uint16_t text_port = 0;
  uint16_t grpc_port = 0;
  uint16_t http_port = 0;
  uint16_t link_port = 0;  // for neighbours only; 0: none, they dial grpc_port
  std::string at;          // its location, ISO 6709
};

// Returns the address ("host:port") at which neighbours dial the node.
std::string LinkAddress(const HerdNode& node);

struct PlacesEndpoint {
  std::string host;
  uint16_t grpc_port = 0;
  uint16_t http_port = 0;
};

struct HerdFile {
  std::string herd;
  std::vector<HerdNode> nodes;                             // sorted by name
  std::vector<std::pair<std::string, std::string>> links;  // each once, lesser name first, sorted
  std::optional<PlacesEndpoint> places;
  // True if the last line ends with a newline; otherwise somebody may still be writing the file.
  bool whole = true;

  const HerdNode* Find(std::string_view name) const;
  // Names of the nodes that `name` is linked with, sorted.
  std::vector<std::string> NeighboursOf(std::string_view name) const;
  // Hash of the herd's name, node names and links, but not of addresses: equal on all nodes whose
  // files describe the same graph.
  uint64_t TopologyHash() const;
};

// The result of parsing: the herd, or all errors, each as "file:line: what is wrong and what is
// expected".
struct HerdFileResult {
  HerdFile herd;
  std::vector<std::string> errors;  // empty: `herd` is complete and consistent
};
HerdFileResult ParseHerdFile(std::string_view text, const std::string& file_name);

// Reads and parses the file. The message of an error status has one line per error.
absl::StatusOr<HerdFile> ReadHerdFile(const std::string& path);

}  // namespace proxyherd::config
