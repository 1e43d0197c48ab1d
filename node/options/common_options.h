// The options that herd-node and herd-places share, except those of places.
#pragma once

#include <string>
#include <vector>

#include "config/option_parser.h"
#include "node/options/options.h"

namespace proxyherd::node {

// Holds the values in the parser's types until Store. Must outlive Parse.
class CommonFlags {
 public:
  explicit CommonFlags(CommonOptions& options) : options_(options) {}

  void Add(config::OptionParser& parser);
  // Called after Parse: stores the values in the options, reads the herd file, and validates both
  // beyond their syntax. Errors are appended to the result's errors.
  void Store(config::OptionParser::Result& result);

 private:
  CommonOptions& options_;
  int64_t memory_bytes_ = 0;
  std::string log_level_ = std::string(NameOf(server::LogLevel::kInfo));
};

}  // namespace proxyherd::node
