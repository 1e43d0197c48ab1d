// The world data inside the binary: it needs no key, no network and no installed file.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace proxyherd::places {

// Returns the bytes of places/data/world.tsv.zst, as linked in.
std::string_view EmbeddedWorld();

// Returns the text of one zstd frame. The frame must declare its size, at most `max_bytes`.
// DATA_LOSS describes what is wrong.
absl::StatusOr<std::string> Decompress(std::string_view frame, size_t max_bytes);

}  // namespace proxyherd::places
