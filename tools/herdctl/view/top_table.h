// Renders the present activity of each node, from two samples. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

// The reports of all nodes, and when they were collected.
struct TopLook {
  HerdView view;
  int64_t monotonic_ns = 0;
  int64_t since_1970_ns = 0;
};

// The size of the screen in characters and lines; 0 means unlimited.
struct ScreenSize {
  size_t columns = 0;
  size_t lines = 0;
};

// Renders a table and sentences. `before`: an earlier sample; if nullptr, rates are unknown.
std::string RenderTop(const TopLook* before, const TopLook& now, bool colour, ScreenSize size);

// Renders a frame of a live table: the same, and a line of key help below if there is room.
std::string RenderTopFrame(const TopLook* before, const TopLook& now, bool colour, ScreenSize size,
                           double interval_s);

// Renders one JSON object, on one line or indented.
std::string RenderTopJson(const TopLook* before, const TopLook& now, bool one_line);

// "17.9 MiB", "512 B".
std::string BytesText(uint64_t bytes);

// "42s", "3m12s", "5h02m", "12d03h".
std::string DurationText(int64_t seconds);

}  // namespace proxyherd::tools
