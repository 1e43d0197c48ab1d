// The options that herd-node and herd-places share, except those of places.
#pragma once

#include <string>
#include <vector>

#include "config/option_parser.h"
#include "node/options/options.h"

namespace proxyherd::node {

// Holds the values in the parser's types until Store. Must exist until OptionParser::Parse returns.
class CommonFlags {
 public:
  explicit CommonFlags(CommonOptions& options) : options_(options) {}

  void Add(config::OptionParser& parser);
  // Stores the values in the options, reads the herd file, validates both beyond their syntax, and
  // appends errors to the result's errors. Must be called after Parse.
  void Store(config::OptionParser::Result& result);

 private:
  CommonOptions& options_;
  int64_t memory_bytes_ = 0;
  std::string log_level_ = std::string(NameOf(server::LogLevel::kInfo));
};

}  // namespace proxyherd::node
