// Bridges std::string_view, the type of text in all interfaces, to Abseil's, which is a separate
// type in some distributions' packages.
#pragma once

#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace proxyherd {

constexpr absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
constexpr std::string_view FromAbsl(absl::string_view text) { return {text.data(), text.size()}; }

// absl::ConsumePrefix() and absl::ConsumeSuffix() for std's type: remove a prefix or suffix, and
// return true if the text had it.
inline bool ConsumePrefix(std::string_view* text, std::string_view prefix) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}
inline bool ConsumeSuffix(std::string_view* text, std::string_view suffix) {
  if (!text->ends_with(suffix)) return false;
  text->remove_suffix(suffix.size());
  return true;
}

// Lets absl::StrJoin() join strings of std's type.
struct TextFormatter {
  void operator()(std::string* out, std::string_view text) const { out->append(text); }
};

}  // namespace proxyherd
