// State that one thread at a time owns: all of it is touched by what runs here, and by nobody else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/env.h"

namespace proxyherd {

// Runs tasks, in order and never two at once, and `tick` whenever its time has come. Thread-safe.
class SerialThread {
 public:
  // `next_tick` is asked after tasks for the next time (monotonic ns) at which `tick` is to run.
  // Both are called as tasks are; neither before the first task.
  SerialThread(Env& env, std::function<void()> tick, std::function<int64_t()> next_tick);
  // REQUIRES: Join was called.
  ~SerialThread();

  // Runs a task on the own thread, or on one that is at it already.
  void Post(std::function<void()> task);

  // Runs a task on the calling thread before it returns, if nobody is at it; otherwise whoever is
  // runs it soon. Saves a change of threads for each message of a link. The caller holds no lock,
  // and may be kept for a bounded number of other tasks.
  void Run(std::function<void()> task);

  // As long as somebody keeps one of these, Join waits: gRPC may still come back to a stream.
  using Hold = std::shared_ptr<void>;
  Hold MakeHold();

  // Waits until all tasks have run and all holds are gone, then ends the thread. `tick` runs no
  // more. Called once, from another thread.
  void Join();

 private:
  struct Impl;
  const std::shared_ptr<Impl> impl_;
};

}  // namespace proxyherd
