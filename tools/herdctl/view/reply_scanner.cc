#include "tools/herdctl/view/reply_scanner.h"

#include "absl/strings/str_format.h"

namespace proxyherd::tools {
namespace {

// The six bytes that are white space in the text protocol.
constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";

std::string_view FirstField(std::string_view line) {
  const size_t begin = line.find_first_not_of(kWhiteSpace);
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin);
  return line.substr(0, line.find_first_of(kWhiteSpace));
}

}  // namespace

ReplyScanner::ReplyScanner(std::string_view command)
    : asks_for_places_(FirstField(command) == "WHATSAT") {}

size_t ReplyScanner::Scan(std::string_view bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && !complete_) TakeByte(bytes[taken++]);
  return taken;
}

void ReplyScanner::TakeByte(char byte) {
  if (first_byte_) {
    first_byte_ = false;
    refused_ = byte == '?';
  }
  if (byte != '\n') {
    at_line_start_ = false;
    return;
  }
  if (in_first_line_) {
    complete_ = refused_ || !asks_for_places_;
  } else {
    complete_ = at_line_start_;
  }
  in_first_line_ = false;
  at_line_start_ = true;
}

std::string SafeForTerminal(std::string_view bytes) {
  std::string safe;
  safe.reserve(bytes.size());
  unsigned char previous = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    // In UTF-8, U+0080 to U+009F are also control characters.
    const bool control_in_utf8 = previous == 0xc2 && byte >= 0x80 && byte < 0xa0;
    previous = byte;
    if (control || control_in_utf8) {
      absl::StrAppendFormat(&safe, "\\x%02x", byte);
    } else {
      safe.push_back(c);
    }
  }
  return safe;
}

}  // namespace proxyherd::tools
