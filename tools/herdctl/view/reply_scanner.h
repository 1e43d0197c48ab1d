// Finds where a node's reply to one command of the text protocol ends. No I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace proxyherd::tools {

// Scans the reply to one command without storing it. The reply to a WHATSAT ends with an empty line
// if it begins with an AT line; every other reply is one line. Not thread-safe.
class ReplyScanner {
 public:
  // `command` is the line as sent, with or without its line end.
  explicit ReplyScanner(std::string_view command);

  // Takes the next bytes of the connection, and returns how many of them belong to this reply.
  size_t Scan(std::string_view bytes);

  // Returns true if the whole reply has been scanned.
  bool complete() const { return complete_; }

 private:
  void TakeByte(char byte);

  const bool asks_for_places_;
  bool complete_ = false;
  bool in_first_line_ = true;
  bool first_byte_ = true;
  bool refused_ = false;        // the reply starts with `?`
  bool at_line_start_ = false;  // of a line after the first
};

// Makes a string safe for a terminal: control bytes, except line ends and tabs, become `\xNN`, so
// that an id chosen by an attacker cannot control the terminal.
std::string SafeForTerminal(std::string_view bytes);

}  // namespace proxyherd::tools
