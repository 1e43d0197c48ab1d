#include "tools/herdctl/command/screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "tools/herdctl/command/output.h"

namespace proxyherd::tools {
namespace {

// Escape sequences of xterm and compatible terminals.
constexpr const char* kEnter = "\x1b[?1049h\x1b[?25l";  // alternate screen, no cursor
constexpr const char* kLeave = "\x1b[?25h\x1b[?1049l";
constexpr const char* kTop = "\x1b[H";
constexpr const char* kClearLine = "\x1b[K\n";
constexpr const char* kClearBelow = "\x1b[J";

sigset_t WatchedSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Screen::Screen() {
  const sigset_t set = WatchedSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  has_keys_ = isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &before_) == 0;
  if (has_keys_) {
    termios keys = before_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    // A suspended process would leave the terminal in this state.
    keys.c_cc[VSUSP] = _POSIX_VDISABLE;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &keys);
  }
  Print(kEnter);
}

Screen::~Screen() {
  Print(kLeave);
  if (has_keys_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  if (signals_ >= 0) close(signals_);
}

ScreenSize Screen::Size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

bool Screen::Draw(const std::string& text) {
  std::string frame = kTop;
  // A line end on the last line would scroll the screen.
  size_t begin = 0;
  for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    const bool last = end + 1 == text.size();
    absl::StrAppend(&frame, text.substr(begin, end - begin), last ? "\x1b[K" : kClearLine);
    begin = end + 1;
  }
  return Print(absl::StrCat(frame, kClearBelow));
}

Screen::Event Screen::Wait(int64_t time_ns) {
  std::array<pollfd, 2> entries{};
  entries[0] = {.fd = signals_, .events = POLLIN, .revents = 0};
  entries[1] = {.fd = has_keys_ ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};
  const int ready = poll(entries.data(), entries.size(), static_cast<int>(time_ns / kMillisecond));
  if (ready == 0 || (ready < 0 && errno == EINTR)) return Event::kTimePassed;
  if (ready < 0) return Event::kEnd;
  return entries[0].revents != 0 ? ReadSignal() : ReadKey();
}

Screen::Event Screen::ReadSignal() const {
  signalfd_siginfo info{};
  if (read(signals_, &info, sizeof(info)) != sizeof(info)) return Event::kEnd;
  return info.ssi_signo == SIGWINCH ? Event::kResized : Event::kEnd;
}

Screen::Event Screen::ReadKey() {
  constexpr char kCtrlC = 3;
  char key = 0;
  if (read(STDIN_FILENO, &key, 1) != 1) return Event::kEnd;
  if (key == 'q' || key == 'Q' || key == kCtrlC) return Event::kEnd;
  return key == ' ' || key == '\n' ? Event::kTimePassed : Event::kResized;
}

}  // namespace proxyherd::tools
