// Writes small parts of the JSON that the page reads.
#pragma once

#include <string>
#include <string_view>

#include "core/iso6709.h"

namespace proxyherd::page {

// Appends a string of any bytes in quotes. Also escapes `<`, so that no reader can take the string
// for markup.
void AppendString(std::string_view text, std::string& out);

// Appends `[latitude,longitude]`, with at most six fraction digits.
void AppendPoint(Coordinates at, std::string& out);

}  // namespace proxyherd::page
