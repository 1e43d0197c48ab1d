// The options of memory: what the node may use, and what it uses it for.
#pragma once

#include "config/option_parser.h"
#include "node/options/options.h"

namespace proxyherd {

// With the parser's types in between. Must outlive Parse.
class MemoryFlags {
 public:
  explicit MemoryFlags(NodeOptions& options) : options_(options) {}

  void Add(OptionParser& parser);
  // After CommonFlags::Store, which finds the memory, and GatewayFlags::Store: derives what was not
  // given, and judges what was. `embedded`: places are looked up in this process. What is wrong
  // goes to the result's errors.
  void Store(bool embedded, OptionParser::Result& result);

 private:
  void StoreTable(std::vector<std::string>& errors);
  void StoreConnections(std::vector<std::string>& errors);
  // "the memory of 512 MiB (stated by --memory)".
  std::string MemoryText() const;

  NodeOptions& options_;
  int64_t clients_ = 0;
  int64_t table_bytes_ = 0;
};

}  // namespace proxyherd
