// The files of page/assets, which are compiled into the binary.
#pragma once

#include <string_view>
#include <vector>

namespace proxyherd::page {

struct Asset {
  std::string_view name;     // of the file
  std::string_view type;     // for the Content-Type header
  std::string_view version;  // a hash of its bytes
  std::string_view bytes;
};

const std::vector<Asset>& Assets();

}  // namespace proxyherd::page
