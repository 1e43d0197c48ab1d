// The options that herd-node and herd-places share, but for those of places.
#pragma once

#include <string>
#include <vector>

#include "config/option_parser.h"
#include "node/options/options.h"

namespace proxyherd {

// With the parser's types in between. Must outlive Parse.
class CommonFlags {
 public:
  explicit CommonFlags(CommonOptions& options) : options_(options) {}

  void Add(OptionParser& parser);
  // After Parse: puts them into the options, reads the herd file, and judges both beyond their
  // syntax. What is wrong goes to the result's errors.
  void Store(OptionParser::Result& result);

 private:
  CommonOptions& options_;
  int64_t memory_bytes_ = 0;
  std::string log_level_ = std::string(NameOf(LogLevel::kInfo));
};

}  // namespace proxyherd
