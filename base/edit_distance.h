// Measures how similar two words are. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace proxyherd {

// The number of bytes to add, remove or replace to turn one into the other (Levenshtein,
// case-sensitive). Takes time proportional to the product of their lengths.
size_t EditDistance(std::string_view a, std::string_view b);

}  // namespace proxyherd
