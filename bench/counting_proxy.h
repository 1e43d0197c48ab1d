// A TCP proxy that counts the bytes passing through it, i.e. what the ends of a link pay for.
#pragma once

#include <cstdint>
#include <memory>

#include "bench/frame_counter.h"

namespace proxyherd::bench {

// Passes bytes on unchanged, on a thread of its own. Thread-safe.
class CountingProxy {
 public:
  CountingProxy();
  // Closes all connections.
  ~CountingProxy();

  // Accepts on a free port of 127.0.0.1, and connects to `to_port` there. Returns the free port.
  uint16_t Listen(uint16_t to_port);

  // Returns the bytes passed in both directions together, on all connections since the start.
  FrameCounts Counts();
  // Returns the CPU time of the proxy's thread, in ns, for subtraction from measurements.
  int64_t CpuNs();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::bench
