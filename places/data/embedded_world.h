// The world data inside the binary: no key, no network, no path to install.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// The bytes of places/data/world.tsv.zst as linked in.
absl::string_view EmbeddedWorld();

// The text in one zstd frame; its size must stand in the frame and be at most `max_bytes`.
// DATA_LOSS says what is wrong.
absl::StatusOr<std::string> Decompress(absl::string_view frame, size_t max_bytes);

}  // namespace proxyherd
