// A thread that owns state: all of it is touched by what is posted here, and by nobody else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/env.h"

namespace proxyherd {

// Runs what is posted, in order, and `tick` whenever its time has come. Thread-safe.
class SerialThread {
 public:
  // `next_tick` is asked after every task, on the thread, for the next time (monotonic ns) at which
  // `tick` is to run. Neither is called before the first Post.
  SerialThread(Env& env, std::function<void()> tick, std::function<int64_t()> next_tick);
  // REQUIRES: Join was called.
  ~SerialThread();

  void Post(std::function<void()> task);

  // As long as somebody keeps one of these, Join waits: gRPC may still come back to a stream.
  using Hold = std::shared_ptr<void>;
  Hold MakeHold();

  // Waits until all that was posted has run and all holds are gone, then ends the thread. `tick`
  // runs no more. Called once, from another thread.
  void Join();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
