#include "gateway/protocol/line_reader.h"

#include <cassert>

namespace proxyherd::gateway {
namespace {

Line Judge(std::string_view text, size_t consumed, size_t max_line_bytes) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.size() > max_line_bytes) return {LineStatus::kTooLong, text, 0};
  return {LineStatus::kComplete, text, consumed};
}

}  // namespace

Line ReadLine(std::string_view bytes, size_t max_line_bytes) {
  const std::string_view head = bytes.substr(0, MaxBytesWithTerminator(max_line_bytes));
  const size_t end = head.find('\n');
  if (end != std::string_view::npos) return Judge(head.substr(0, end), end + 1, max_line_bytes);
  // A CR just beyond the limit may still belong to the terminator.
  const bool may_end_in_time =
      head.size() <= max_line_bytes || (head.size() == max_line_bytes + 1 && head.back() == '\r');
  if (may_end_in_time) return {};
  return {LineStatus::kTooLong, head, 0};
}

Line ReadLastLine(std::string_view bytes, size_t max_line_bytes) {
  assert(!bytes.empty() && ReadLine(bytes, max_line_bytes).status == LineStatus::kIncomplete);
  return Judge(bytes, bytes.size(), max_line_bytes);
}

}  // namespace proxyherd::gateway
