// Finds the lines in a stream of bytes, in place and without copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace proxyherd::gateway {

enum class LineStatus : uint8_t {
  kComplete,
  kIncomplete,  // more bytes are needed to decide
  kTooLong,     // reported as soon as it is certain, even before the line ends
};

// A line at the head of a buffer; views into that buffer.
struct Line {
  LineStatus status = LineStatus::kIncomplete;
  // kComplete: the line without its terminator. kTooLong: the known part of the line, longer than
  // the limit. kIncomplete: empty.
  std::string_view text;
  // kComplete: bytes up to and including the terminator. Otherwise 0.
  size_t consumed = 0;
};

// The maximum size of a line within the limit, including its terminator (LF, or CR and LF).
inline constexpr size_t MaxBytesWithTerminator(size_t max_line_bytes) { return max_line_bytes + 2; }

// Reads the line at the start of `bytes`. LF ends a line; one CR before it belongs to the
// terminator. `max_line_bytes` does not include the terminator.
Line ReadLine(std::string_view bytes, size_t max_line_bytes);

// Reads what is left at the end of the input as a line; here a single CR is also a terminator.
// REQUIRES: `bytes` is not empty, and ReadLine returns kIncomplete for it.
Line ReadLastLine(std::string_view bytes, size_t max_line_bytes);

}  // namespace proxyherd::gateway
