// The memory options of a node: the limits of its table.
#pragma once

#include "config/option_parser.h"
#include "node/options/options.h"

namespace proxyherd::node {

// Holds the values in the parser's types until Store. Must outlive Parse.
class MemoryFlags {
 public:
  explicit MemoryFlags(NodeOptions& options) : options_(options) {}

  void Add(config::OptionParser& parser);
  // Called after CommonFlags::Store, which determines the memory, and GatewayFlags::Store: derives
  // the limits that were not given, and validates those that were. `embedded`: places are looked up
  // in this process. Errors are appended to the result's errors.
  void Store(bool embedded, config::OptionParser::Result& result);

 private:
  void StoreTable(std::vector<std::string>& errors);
  void StoreConnections(std::vector<std::string>& errors);
  // For example "the memory of 512 MiB (set by --memory)".
  std::string MemoryText() const;

  NodeOptions& options_;
  int64_t clients_ = 0;
  int64_t table_bytes_ = 0;
};

}  // namespace proxyherd::node
