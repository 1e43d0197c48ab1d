// Suggests the intended name for a mistyped one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proxyherd::tools {

// The candidate that `word` was probably meant to be: at an edit distance of at most two and at
// most half of the length of `word`, case ignored. Empty if there is none.
std::string NearestName(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace proxyherd::tools
