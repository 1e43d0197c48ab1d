// Refers to the files that the build puts into the binary; see CMakeLists.txt.
#include "page/assets.h"

#include <cstddef>

#define ASSET(symbol, name, type, version) \
  extern "C" {                             \
  extern const char symbol##_begin[];      \
  extern const char symbol##_end[];        \
  }
#include "page/asset_list.inc"
#undef ASSET

namespace proxyherd::page {

const std::vector<Asset>& Assets() {
#define ASSET(symbol, name, type, version) \
  {name, type, version, {symbol##_begin, static_cast<size_t>(symbol##_end - symbol##_begin)}},
  static const std::vector<Asset> assets = {
#include "page/asset_list.inc"
  };
#undef ASSET
  return assets;
}

}  // namespace proxyherd::page
