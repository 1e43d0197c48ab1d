// A TCP proxy that counts the bytes that pass, as the two ends of a link pay for them.
#pragma once

#include <cstdint>
#include <memory>

#include "bench/frame_counter.h"

namespace proxyherd::bench {

// Passes bytes on unchanged, on a separate thread. Thread-safe.
class CountingProxy {
 public:
  CountingProxy();
  // Closes all connections.
  ~CountingProxy();

  // Accepts on a free port of 127.0.0.1, and passes on to another one there. Returns the port.
  uint16_t Listen(uint16_t to_port);

  // Bytes passed so far, both ways together, on all connections since the start.
  FrameCounts Counts();
  // CPU time of the proxy's own thread, in ns, to be subtracted from measurements.
  int64_t CpuNs();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::bench
