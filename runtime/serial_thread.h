// A serial executor: its tasks can share state without locks, because only one runs at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/env.h"

namespace proxyherd::runtime {

// Runs tasks one at a time, in order, and `tick` whenever it is due. Thread-safe.
class SerialThread {
 public:
  // `next_tick` is called after tasks and returns the next time (monotonic ns) at which `tick` must
  // run. Both run like tasks, but not before the first task.
  SerialThread(Env& env, std::function<void()> tick, std::function<int64_t()> next_tick);
  // REQUIRES: Join was called.
  ~SerialThread();

  // Runs a task on the executor's thread, or on another thread that is already draining the queue.
  void Post(std::function<void()> task);

  // Runs a task on the calling thread before returning, if no other thread is draining the queue;
  // otherwise that thread runs it soon. Saves a thread switch for each message of a link. The
  // caller must hold no lock, and may be kept for a bounded number of other tasks.
  void Run(std::function<void()> task);

  // Join waits while any of these exists, because gRPC may still call back for a stream.
  using Hold = std::shared_ptr<void>;
  Hold MakeHold();

  // Waits until all tasks have run and all holds are released, then ends the thread. `tick` is not
  // called again. REQUIRES: called once, from another thread.
  void Join();

 private:
  struct Impl;
  const std::shared_ptr<Impl> impl_;
};

}  // namespace proxyherd::runtime
