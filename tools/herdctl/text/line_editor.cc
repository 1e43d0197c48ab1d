#include "tools/herdctl/text/line_editor.h"

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"

namespace proxyherd::tools {
namespace {

// Scrolling through a longer history is not useful.
constexpr int kHistoryLines = 1000;

}  // namespace

LineEditor::LineEditor(std::string prompt, std::string history_path)
    : prompt_(std::move(prompt)),
      history_path_(std::move(history_path)),
      history_(history_init(), &history_end),
      editor_(el_init("herdctl", stdin, stdout, stderr), &el_end) {
  // Without a locale libedit shows letters outside ASCII as escapes.
  std::setlocale(LC_CTYPE, "");
  HistEvent event;
  history(history_.get(), &event, H_SETSIZE, kHistoryLines);
  history(history_.get(), &event, H_SETUNIQUE, 1);
  if (!history_path_.empty()) history(history_.get(), &event, H_LOAD, history_path_.c_str());

  EditLine* editor = editor_.get();
  el_set(editor, EL_CLIENTDATA, this);
  el_set(
      editor, EL_PROMPT, +[](EditLine* that) -> char* {
        void* data = nullptr;
        el_get(that, EL_CLIENTDATA, &data);
        return const_cast<char*>(static_cast<LineEditor*>(data)->prompt_.c_str());
      });
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_SIGNAL, 1);
  el_set(editor, EL_HIST, history, history_.get());
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(editor, nullptr);
}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::ReadLine() {
  // Called before the prompt is shown, so that the terminal's line mode does not consume an early
  // Ctrl-D.
  el_set(editor_.get(), EL_PREP_TERM, 1);
  int size = 0;
  const char* line = el_gets(editor_.get(), &size);
  if (line == nullptr || size <= 0) return std::nullopt;
  std::string text(line, static_cast<size_t>(size));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  Remember(text);
  return text;
}

void LineEditor::Remember(const std::string& line) {
  if (absl::StripAsciiWhitespace(line).empty()) return;
  HistEvent event;
  history(history_.get(), &event, H_ENTER, line.c_str());
  if (!history_path_.empty()) history(history_.get(), &event, H_SAVE, history_path_.c_str());
}

std::string HistoryPath() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path folder;
  if (state != nullptr && *state != '\0') {
    folder = state;
  } else if (home != nullptr && *home != '\0') {
    folder = std::filesystem::path(home) / ".local" / "state";
  } else {
    return "";
  }
  folder /= "proxyherd";
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  // The commands may reveal where the owner has been.
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
  return folder / "history";
}

}  // namespace proxyherd::tools
