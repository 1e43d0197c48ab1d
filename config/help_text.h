// The layout of --help.
#pragma once

#include <cstddef>
#include <string>

namespace proxyherd {

// Lines of at most 80 columns, unless a word is longer, each behind `indent` blanks; line ends in
// the text stay. Ends with a line end. Pure, like the other.
std::string Wrapped(const std::string& text, size_t indent);

// `head`, "--name=NUMBER  [7]", say, with what it means below.
std::string HelpEntry(const std::string& head, const std::string& meaning);

}  // namespace proxyherd
