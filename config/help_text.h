// Lays out the text of --help.
#pragma once

#include <cstddef>
#include <string>

namespace proxyherd::config {

// Wraps the text to lines of at most 80 columns, unless a word is longer, each indented by `indent`
// blanks. Keeps line ends of the text, and ends with one. Both functions are pure.
std::string Wrapped(const std::string& text, size_t indent);

// An entry of --help: `head`, for example "--name=NUMBER [7]", with its meaning below.
std::string HelpEntry(const std::string& head, const std::string& meaning);

}  // namespace proxyherd::config
