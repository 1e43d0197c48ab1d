// The limits of one connection.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/env.h"

namespace proxyherd::gateway {

// While the server runs, only close_after_first_reply and time-outs (not of lookups) may change.
struct SessionLimits {
  // Bytes of a line without its terminator; at least kTooLongEchoBytes. Commands of the classic
  // clients are shorter than 100. Values above 8 KiB are of no use: no valid report is longer.
  size_t max_line_bytes = 4096;

  // Bytes of replies that the client has not taken yet; at the limit the server stops reading from
  // it. Enough for pipelining (600 AT lines), and for one write. The answers to lookups in progress
  // may exceed it.
  size_t max_unsent_bytes = size_t{64} * 1024;

  // WHATSATs waiting for their places; at the limit the server stops reading until one is answered.
  // Bounds the number of searches that one client can keep in progress.
  size_t max_pending_lookups = 16;

  // The time after which the gateway itself answers that a lookup took too long: a second more than
  // the lookup's own deadline, whose message says more.
  int64_t lookup_timeout_ns = 6 * kSecond;

  // Time from accept to the first whole line: clears out port scanners and half-open connections.
  int64_t first_line_timeout_ns = 60 * kSecond;

  // Time without a byte from a client that waits for no reply. Long, because a phone may report
  // rarely; finite, because a phone that is gone never closes.
  int64_t idle_timeout_ns = 3600 * kSecond;

  // Time in which none of the unsent bytes is taken: the client no longer reads.
  int64_t write_stall_timeout_ns = 60 * kSecond;

  // Close after the first reply, for old clients that read to the end without half-closing.
  bool close_after_first_reply = false;
};

}  // namespace proxyherd::gateway
