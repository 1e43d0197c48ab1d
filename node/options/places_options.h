// The options that select and configure the providers of places.
#pragma once

#include <string>
#include <vector>

#include "config/option_parser.h"
#include "places/assembly/make_provider.h"

namespace proxyherd::node {

// Holds the values in the parser's types until Store. Must exist until OptionParser::Parse returns.
class PlacesFlags {
 public:
  explicit PlacesFlags(places::ProviderOptions& options);

  void Add(config::OptionParser& parser);
  // Stores the values in the options, after Parse. `changed`: see OptionParser::Result.
  void Store(const std::vector<std::string>& changed);

 private:
  places::ProviderOptions& options_;
  std::string rank_ = "distance";
  int64_t cache_ns_;
  int64_t cache_bytes_;
  int64_t attempts_;
};

}  // namespace proxyherd::node
