// The data that embedded_world.S links in.
#include "places/data/embedded_world.h"

#include <zstd.h>

#include "absl/strings/str_cat.h"

extern "C" {
extern const char proxyherd_world_begin[];
extern const char proxyherd_world_end[];
}

namespace proxyherd::places {

std::string_view EmbeddedWorld() {
  return {proxyherd_world_begin, static_cast<size_t>(proxyherd_world_end - proxyherd_world_begin)};
}

absl::StatusOr<std::string> Decompress(std::string_view frame, size_t max_bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > max_bytes) {
    return absl::DataLossError("not a zstd frame of a known and acceptable size");
  }
  std::string text(size, '\0');
  const size_t written = ZSTD_decompress(text.data(), text.size(), frame.data(), frame.size());
  if (ZSTD_isError(written) != 0 || written != text.size()) {
    return absl::DataLossError(absl::StrCat("damaged zstd frame: ", ZSTD_getErrorName(written)));
  }
  return text;
}

}  // namespace proxyherd::places
