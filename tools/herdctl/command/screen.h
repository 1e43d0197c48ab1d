// A terminal that is drawn upon again and again, and left as it was.
#pragma once

#include <termios.h>

#include <chrono>
#include <string>

#include "tools/herdctl/view/top_table.h"

namespace proxyherd {

// From construction to destruction stdout shows the alternate screen, and stdin gives keys as they
// are pressed. SIGINT, SIGTERM, SIGHUP and SIGQUIT end Wait instead of the process, so that the
// terminal is restored; they are blocked for the whole process, and in threads that start later.
// One at a time; not thread-safe.
class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // What there is room for just now.
  static ScreenSize Size();

  // Shows a text from the top. False when the terminal is gone.
  bool Draw(const std::string& text);

  // What Wait came back for.
  enum class Event { kTimePassed, kResized, kEnd };
  // Waits for a time; ends early for `q`, Ctrl-C and the signals (kEnd), a new size, or Space and
  // Enter (kTimePassed: look now).
  Event Wait(std::chrono::nanoseconds time);

 private:
  Event ReadKey();
  Event ReadSignal() const;

  termios before_{};
  bool has_keys_ = false;  // stdin is a terminal
  int signals_ = -1;
};

}  // namespace proxyherd
