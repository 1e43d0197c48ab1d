// The memory options of a node, which limit its table.
#pragma once

#include "config/option_parser.h"
#include "node/options/options.h"

namespace proxyherd::node {

// Holds the values in the parser's types until Store. Must exist until OptionParser::Parse returns.
class MemoryFlags {
 public:
  explicit MemoryFlags(NodeOptions& options) : options_(options) {}

  void Add(config::OptionParser& parser);
  // Derives the limits that were not given, validates those that were, and appends errors to the
  // result's errors. Must be called after GatewayFlags::Store and CommonFlags::Store, which
  // determines the memory. `embedded`: places are looked up in this process.
  void Store(bool embedded, config::OptionParser::Result& result);

 private:
  void StoreTable(std::vector<std::string>& errors);
  void StoreConnections(std::vector<std::string>& errors);
  // Returns e.g. "the memory of 512 MiB (set by --memory)".
  std::string MemoryText() const;

  NodeOptions& options_;
  int64_t clients_ = 0;
  int64_t table_bytes_ = 0;
};

}  // namespace proxyherd::node
