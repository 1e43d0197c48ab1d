// Renders a herd: as a table for people, as JSON for programs. Pure.
#pragma once

#include <string>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

// Escape sequences that begin the colour of a state on a terminal, and that end it.
const char* StateColour(MemberState state);
inline constexpr const char* kPlainColour = "\x1b[0m";

// Renders a table of the members, a summary, and a line per problem. `colour` colours the states
// with ANSI sequences.
std::string RenderTable(const HerdView& view, bool colour);

// Renders a line about a herd that is not up yet: "3 of 5 nodes serve, 2 of 6 links are up".
std::string RenderProgress(const HerdView& view);

// Renders an indented JSON object, with a line end.
std::string RenderJson(const HerdView& view);

}  // namespace proxyherd::tools
