// Parses lines a little ahead of the one that is handled.
//
// The table's data for the lines is scattered in memory, and each access would have to wait for it.
// So a few lines are parsed first, and their records are fetched while the first of them are
// handled.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "core/table.h"
#include "gateway/protocol/command.h"
#include "gateway/protocol/line_reader.h"

namespace proxyherd::gateway {

// A complete line and its command.
struct ParsedLine {
  std::string_view text;
  size_t consumed = 0;  // see Line
  Command command;
  ClientKey key;  // of the client, if the line is a command
};

ParsedLine ParseLine(const Line& line, const Table& table);

// Holds views into the bytes that it has read. Not thread-safe.
class LinesAhead {
 public:
  static constexpr size_t kMax = 16;

  // Reads the lines at the start of `bytes`, at most kMax.
  void Read(std::string_view bytes, size_t max_line_bytes, const Table& table);

  std::span<const ParsedLine> lines() const { return std::span(lines_).first(count_); }
  // The line at which reading stopped: incomplete, or too long. kComplete: kMax lines were read.
  const Line& stop() const { return stop_; }

 private:
  std::array<ParsedLine, kMax> lines_;
  size_t count_ = 0;
  Line stop_;
};

}  // namespace proxyherd::gateway
