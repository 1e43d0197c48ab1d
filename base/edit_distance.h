// How alike two words are. Pure.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace proxyherd {

// How many bytes have to be added, removed or replaced to make one of the other (Levenshtein).
// Takes as long as the product of their lengths.
size_t EditDistance(absl::string_view a, absl::string_view b);

}  // namespace proxyherd
