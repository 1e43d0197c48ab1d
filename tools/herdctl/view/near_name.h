// Guesses what a mistyped name was meant to be. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace proxyherd {

// The number of letters to change, add or leave out to get from `a` to `b`, whatever their case.
size_t EditDistance(std::string_view a, std::string_view b);

// The candidate that `word` was probably meant to be: at most two letters away, and less than half
// of the word. Empty when there is none.
std::string NearestName(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace proxyherd
