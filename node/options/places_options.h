// What an operator can say about places.
#pragma once

#include <string>
#include <vector>

#include "config/option_parser.h"
#include "places/assembly/make_provider.h"

namespace proxyherd {

// The options of places, with the parser's types in between. Must outlive Parse.
class PlacesFlags {
 public:
  explicit PlacesFlags(ProviderOptions& options);

  void Add(OptionParser& parser);
  // After Parse: puts them into the options. `changed` is the parser's.
  void Store(const std::vector<std::string>& changed);

 private:
  ProviderOptions& options_;
  std::string rank_ = "distance";
  int64_t cache_ns_;
  int64_t cache_bytes_;
  int64_t attempts_;
};

}  // namespace proxyherd
