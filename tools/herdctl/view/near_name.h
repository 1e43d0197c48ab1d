// Suggests the intended name for a mistyped one. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace proxyherd {

// The number of letters to change, add or remove to turn `a` into `b`, ignoring case.
size_t EditDistance(std::string_view a, std::string_view b);

// The candidate closest to `word`, with a distance of at most two letters and less than half of the
// word. Empty if there is none.
std::string NearestName(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace proxyherd
