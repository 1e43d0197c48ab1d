// Finds the lines in a stream of bytes, in place: nothing is copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace proxyherd {

enum class LineStatus : uint8_t {
  kComplete,
  kIncomplete,  // more bytes are needed to tell
  kTooLong,     // decided as soon as it is certain, not only when the line ends
};

// A line at the head of a buffer; views into that buffer.
struct Line {
  LineStatus status = LineStatus::kIncomplete;
  // kComplete: the line without its terminator. kTooLong: as much of it as is known, more than the
  // limit. kIncomplete: empty.
  std::string_view text;
  // kComplete: bytes up to and with the terminator. Otherwise 0.
  size_t consumed = 0;
};

// The bytes that a line within the limit can take up: its terminator is LF, or CR and LF.
inline constexpr size_t MaxBytesWithTerminator(size_t max_line_bytes) { return max_line_bytes + 2; }

// Reads the line that `bytes` begins with. LF ends a line; one CR before it belongs to the
// terminator. `max_line_bytes` counts the line without its terminator.
Line ReadLine(std::string_view bytes, size_t max_line_bytes);

// Reads what is left at the end of the input as a line: there, too, one CR is a terminator.
// REQUIRES: `bytes` is not empty and ReadLine says kIncomplete of it.
Line ReadLastLine(std::string_view bytes, size_t max_line_bytes);

}  // namespace proxyherd
