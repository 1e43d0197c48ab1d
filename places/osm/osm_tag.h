// The tags of an object of OpenStreetMap.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace proxyherd {

// Text as in the file; it may contain any bytes.
struct OsmTag {
  absl::string_view key;
  absl::string_view value;
};

// Returns the value of the first tag with this key; empty if there is none.
inline absl::string_view FindOsmTag(absl::Span<const OsmTag> tags, absl::string_view key) {
  for (const OsmTag& tag : tags) {
    if (tag.key == key) return tag.value;
  }
  return {};
}

}  // namespace proxyherd
