// Renders a herd: as a table for people, as JSON for programs. Pure.
#pragma once

#include <string>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

// Escape sequences that colour a state on a terminal, and that end the colour.
const char* StateColour(MemberState state);
inline constexpr const char* kPlainColour = "\x1b[0m";

// A table of the members, a summary, and a line per problem. `colour` adds ANSI colours to the
// states.
std::string RenderTable(const HerdView& view, bool colour);

// A line about a herd that is not up yet, e.g. "3 of 5 nodes serve, 2 of 6 links are up".
std::string RenderProgress(const HerdView& view);

// The same as an indented JSON object, with a line end.
std::string RenderJson(const HerdView& view);

}  // namespace proxyherd::tools
