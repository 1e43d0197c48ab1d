#include "config/help_text.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "base/split.h"

namespace proxyherd::config {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kMeaningIndent = 8;

}  // namespace

std::string Wrapped(const std::string& text, size_t indent) {
  std::string lines;
  for (const std::string_view paragraph : Split(text, '\n')) {
    size_t column = 0;
    for (const std::string_view word : Split(paragraph, ' ', absl::SkipEmpty())) {
      if (column > 0 && column + 1 + word.size() > kColumns) {
        lines += '\n';
        column = 0;
      }
      absl::StrAppend(&lines, column == 0 ? std::string(indent, ' ') : " ", ToAbsl(word));
      column += (column == 0 ? indent : 1) + word.size();
    }
    lines += '\n';
  }
  return lines;
}

std::string HelpEntry(const std::string& head, const std::string& meaning) {
  return absl::StrCat("  ", head, "\n", Wrapped(meaning, kMeaningIndent));
}

}  // namespace proxyherd::config
