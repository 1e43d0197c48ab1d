// The limits of one connection: what each is for, its unit and its default.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/env.h"

namespace proxyherd {

// While the server runs only the time-outs and close_after_first_reply may change.
struct SessionLimits {
  // Bytes of a line without its terminator; at least kTooLongEchoBytes. A command of the classic
  // clients has under 100. More than 8 KiB has no use: no longer report is valid.
  size_t max_line_bytes = 4096;

  // Bytes of replies that the client has not taken yet; past it nothing more is read from it. What
  // one write takes, and 600 AT lines: deep enough for pipelining. The answers to lookups under way
  // may come on top.
  size_t max_unsent_bytes = size_t{64} * 1024;

  // WHATSATs waiting for their places; at it nothing more is read until one is answered. Bounds
  // what one client can make the node ask for at a time.
  size_t max_pending_lookups = 16;

  // How long a lookup may take before the gateway itself answers that it took too long: a second
  // more than the lookup's own deadline, so that normally the better message of the two is seen.
  int64_t lookup_timeout_ns = 6 * kSecond;

  // From the opening to the first whole line: clears out port scanners and half-dead connections.
  int64_t first_line_timeout_ns = 60 * kSecond;

  // Without a byte from a client that is owed nothing. Long, because a phone that reports rarely is
  // no fault; finite, because a phone that is gone never says so.
  int64_t idle_timeout_ns = 3600 * kSecond;

  // With replies unsent and not a byte of them taken: the client no longer reads.
  int64_t write_stall_timeout_ns = 60 * kSecond;

  // Close after the first reply, for old clients that read to the end without half-closing.
  bool close_after_first_reply = false;
};

}  // namespace proxyherd
