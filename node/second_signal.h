// What a second signal does to a server that is stopping already: ends it at once.
#pragma once

#include <thread>

#include "gateway/descriptor.h"
#include "node/logger.h"

namespace proxyherd {

// Made once a server stops by `first`, a signal's number; says so in the log. From then on, until
// destroyed, a SIGTERM, SIGINT or SIGQUIT ends the process at once with exit code 128 and its
// number (143, 130, 131): connections are reset, and what neighbours do not have is lost. A stuck
// log delays this by kLogPatience. When the server was asked to stop by a call (SIGUSR2), the first
// of them changes nothing: a supervisor sends it as a matter of course.
class SecondSignal {
 public:
  // REQUIRES: PrepareServerProcess was called. `logger` outlives it.
  SecondSignal(int first, Logger& logger);
  ~SecondSignal();
  SecondSignal(const SecondSignal&) = delete;
  SecondSignal& operator=(const SecondSignal&) = delete;

 private:
  void Watch();

  Logger& logger_;
  bool counts_;  // of the thread: the next signal ends the process
  Descriptor signals_;
  Descriptor end_;  // an eventfd, readable when the thread is to end
  std::thread thread_;
};

}  // namespace proxyherd
