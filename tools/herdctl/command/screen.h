// A terminal screen that is redrawn repeatedly and restored at the end.
#pragma once

#include <termios.h>

#include <cstdint>
#include <string>

#include "tools/herdctl/view/top_table.h"

namespace proxyherd::tools {

// From construction to destruction, stdout shows the alternate screen, and stdin delivers keys as
// they are pressed. SIGINT, SIGTERM, SIGHUP and SIGQUIT end Wait instead of the process, so that
// the terminal is restored; this thread and threads that start later block them. At most one object
// at a time; not thread-safe.
class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // The present size of the terminal.
  static ScreenSize Size();

  // Shows a text from the top. Returns false if the terminal is gone.
  bool Draw(const std::string& text);

  // Why Wait returned.
  enum class Event { kTimePassed, kResized, kEnd };
  // Waits for `time_ns`. Returns earlier at `q`, Ctrl-C and the signals (kEnd), a new size
  // (kResized), or Space and Enter (kTimePassed: sample now).
  Event Wait(int64_t time_ns);

 private:
  Event ReadKey();
  Event ReadSignal() const;

  termios before_{};
  bool has_keys_ = false;  // stdin is a terminal
  int signals_ = -1;
};

}  // namespace proxyherd::tools
