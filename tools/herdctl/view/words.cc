#include "tools/herdctl/view/words.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace proxyherd::tools {

std::string Counted(uint64_t count, const char* what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

std::string NumberWord(size_t number) {
  constexpr std::array<const char*, 13> kWords = {"no",   "one",    "two",   "three", "four",
                                                  "five", "six",    "seven", "eight", "nine",
                                                  "ten",  "eleven", "twelve"};
  return number < kWords.size() ? kWords[number] : absl::StrCat(number);
}

std::string Listed(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    const char* before = i == 0 ? "" : i + 1 == names.size() ? " and " : ", ";
    absl::StrAppend(&out, before, names[i]);
  }
  return out;
}

}  // namespace proxyherd::tools
