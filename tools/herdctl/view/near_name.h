// Suggests the intended name for a mistyped one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proxyherd::tools {

// Returns the candidate that `word` was probably meant to be: at an edit distance of at most two
// and at most half the length of `word`, ignoring case. Empty if there is no such candidate.
std::string NearestName(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace proxyherd::tools
