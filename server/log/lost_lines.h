// Composes the message about lost lines, once the log can be written again. No I/O or clock.
#pragma once

#include <cstdint>
#include <string>

#include "base/env.h"

namespace proxyherd::server {

// Accessed only by the writing thread.
class LostLines {
 public:
  // Minimum interval between messages while lines are dropped continuously.
  static constexpr int64_t kReportEveryNs = 1 * kSecond;

  // Counts a line that could not be written; `error` is an errno.
  void WriteFailed(int error);

  // The message to write ahead of the next line, which was logged at `now_ns`; empty if no message
  // is due. `dropped`: lines dropped by the queue since the start.
  std::string Message(uint64_t dropped, int64_t now_ns) const;

  // Called after Message(dropped, now_ns) was written.
  void Reported(uint64_t dropped, int64_t now_ns);

 private:
  bool Soon(int64_t now_ns) const;

  uint64_t unwritten_ = 0;  // since the last message
  int error_ = 0;           // of the last unwritten line
  uint64_t reported_dropped_ = 0;
  bool reported_ = false;  // dropped lines, at reported_at_ns_
  int64_t reported_at_ns_ = 0;
};

}  // namespace proxyherd::server
