// Reads lines from a person at a terminal, with editing and a history that outlives the program.
#pragma once

#include <histedit.h>

#include <memory>
#include <optional>
#include <string>

namespace proxyherd::tools {

// Reads from stdin and echoes to stdout, with libedit. Not thread-safe; one object at a time.
class LineEditor {
 public:
  // `history_path` is read now and written after every line; if empty, no history is kept. Failing
  // to read or write it is not an error.
  LineEditor(std::string prompt, std::string history_path);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Returns the next line without its line end; nullopt at the end of input (Ctrl-D).
  std::optional<std::string> ReadLine();

 private:
  void Remember(const std::string& line);

  const std::string prompt_;
  const std::string history_path_;
  const std::unique_ptr<History, decltype(&history_end)> history_;
  const std::unique_ptr<EditLine, decltype(&el_end)> editor_;
};

// Returns where the sample client keeps its history: $XDG_STATE_HOME/proxyherd/history, by default
// under ~/.local/state. Creates the folder, accessible only to its owner. Empty if the user has no
// home folder.
std::string HistoryPath();

}  // namespace proxyherd::tools
