// A herd at a glance: what each node does now, by the difference of two looks. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd {

// What all nodes said, and when.
struct TopLook {
  HerdView view;
  int64_t monotonic_ns = 0;
  int64_t since_1970_ns = 0;
};

// Characters and lines that there is room for; 0: as many as it takes.
struct ScreenSize {
  size_t columns = 0;
  size_t lines = 0;
};

// A table and sentences. `before`: an earlier look, for rates; null: rates are not known yet.
std::string RenderTop(const TopLook* before, const TopLook& now, bool colour, ScreenSize size);

// The same for a live table: how to leave it stands below, where there is room for that.
std::string RenderTopFrame(const TopLook* before, const TopLook& now, bool colour, ScreenSize size,
                           double interval_s);

// One object; on one line, or for a person to read.
std::string RenderTopJson(const TopLook* before, const TopLook& now, bool one_line);

// "17.9 MiB", "512 B".
std::string BytesText(uint64_t bytes);

// "42s", "3m12s", "5h02m", "12d03h".
std::string DurationText(int64_t seconds);

}  // namespace proxyherd
