// The world data inside the binary: it needs no key, no network and no installed file.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// The bytes of places/data/world.tsv.zst, as linked in.
absl::string_view EmbeddedWorld();

// Returns the text of one zstd frame. The frame must declare its size, at most `max_bytes`.
// DATA_LOSS describes what is wrong.
absl::StatusOr<std::string> Decompress(absl::string_view frame, size_t max_bytes);

}  // namespace proxyherd
