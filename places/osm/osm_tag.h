// The tags of an object of OpenStreetMap.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace proxyherd::places {

// Strings as in the file; they may contain any bytes.
struct OsmTag {
  std::string_view key;
  std::string_view value;
};

// Returns the value of the first tag with this key; empty if missing.
inline std::string_view FindOsmTag(absl::Span<const OsmTag> tags, std::string_view key) {
  for (const OsmTag& tag : tags) {
    if (tag.key == key) return tag.value;
  }
  return {};
}

}  // namespace proxyherd::places
