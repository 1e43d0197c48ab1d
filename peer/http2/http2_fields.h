// Header fields in the form that nghttp2 takes.
#pragma once

#include <nghttp2/nghttp2.h>

#include <string>
#include <utility>
#include <vector>

namespace proxyherd::peer {

// The result points into `fields`; nghttp2 copies what it is given.
inline std::vector<nghttp2_nv> ToNvs(
    const std::vector<std::pair<std::string, std::string>>& fields) {
  std::vector<nghttp2_nv> nvs;
  for (const auto& [name, value] : fields) {
    nvs.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                   reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                   value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return nvs;
}

}  // namespace proxyherd::peer
