// Small parts of the JSON that the page reads.
#pragma once

#include <string>
#include <string_view>

#include "core/iso6709.h"

namespace proxyherd {

// Appends a string with its quotes: any bytes. `<` is escaped, too, so that no reader anywhere can
// take it for markup.
void AppendString(std::string_view text, std::string& out);

// Appends `[latitude,longitude]`, to six digits behind the point at most.
void AppendPoint(Coordinates at, std::string& out);

}  // namespace proxyherd
