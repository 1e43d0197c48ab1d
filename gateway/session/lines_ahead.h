// Reads lines a little ahead of the one that is handled.
//
// What a line will need of the table lies anywhere in memory. Looked for one after the other, each
// waits for it; so a handful of lines is parsed first, and their records come while the first of
// them are handled.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "core/table.h"
#include "gateway/protocol/command.h"
#include "gateway/protocol/line_reader.h"

namespace proxyherd {

// A line that came in whole, and what it says.
struct ParsedLine {
  std::string_view text;
  size_t consumed = 0;  // see Line
  Command command;
  ClientKey key;  // of the client that it names, if it is a command
};

ParsedLine ParseLine(const Line& line, const Table& table);

// Not thread-safe; holds views into what it has read.
class LinesAhead {
 public:
  static constexpr size_t kMax = 16;

  // Reads the lines that `bytes` begins with, at most kMax.
  void Read(std::string_view bytes, size_t max_line_bytes, const Table& table);

  std::span<const ParsedLine> lines() const { return std::span(lines_).first(count_); }
  // What stopped the reading: a line that is not complete, or too long. kComplete: enough is read.
  const Line& stop() const { return stop_; }

 private:
  std::array<ParsedLine, kMax> lines_;
  size_t count_ = 0;
  Line stop_;
};

}  // namespace proxyherd
