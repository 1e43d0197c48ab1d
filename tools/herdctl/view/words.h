// Numbers and lists in English. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace proxyherd::tools {

// "1 client", "12 clients".
std::string Counted(uint64_t count, const char* what);

// "no", "one", ... "twelve", then digits.
std::string NumberWord(size_t number);

// "Bona", "Bona and Clark", "Bailey, Bona and Clark".
std::string Listed(const std::vector<std::string>& names);

}  // namespace proxyherd::tools
