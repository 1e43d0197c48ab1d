// Where a text may be cut. Pure.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace proxyherd {

// The most bytes of UTF-8 text, at most `limit`, that end with a whole character. Of what is no
// UTF-8 some number of at most `limit`.
inline size_t Utf8CutPoint(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return limit;
}

}  // namespace proxyherd
