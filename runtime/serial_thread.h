// A serial executor: its tasks can share state without locks, because only one runs at a time. It
// is a thread that turns a Poller, so its tasks may own sockets and wait for times as well.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/env.h"
#include "net/poller.h"

namespace proxyherd::runtime {

// Runs tasks one at a time, in order. The thread exists from the first task on. Thread-safe, except
// what says otherwise.
class SerialThread {
 public:
  // All run like tasks, but not before the first task.
  struct Hooks {
    // Called when the time that `next_tick` has returned has come. nullptr: never.
    std::function<void()> tick = nullptr;
    // Returns the next time (monotonic ns) at which `tick` must run. Asked after each round of
    // events and tasks, so it must be cheap. Set if `tick` is.
    std::function<int64_t()> next_tick = nullptr;
    // Called after each round of events and tasks, before `next_tick`, e.g. to write what they have
    // gathered.
    std::function<void()> after_round = nullptr;
  };

  // Throws std::system_error if the system has no descriptors left.
  SerialThread(Env& env, Hooks hooks);
  // REQUIRES: Join was called.
  ~SerialThread();

  // Runs a task on this thread.
  void Post(net::Poller::Task task);

  // Watches sockets, on this thread only.
  net::Poller& poller();

  // Join waits while any of these exists, because gRPC may still call back for a stream, or a
  // socket must still be flushed.
  using Hold = std::shared_ptr<void>;
  Hold MakeHold();

  // Waits until all holds are released and all tasks have run, then ends the thread, if any. The
  // hooks are called until then. REQUIRES: called once, from another thread.
  void Join();

 private:
  struct Impl;
  const std::shared_ptr<Impl> impl_;
};

}  // namespace proxyherd::runtime
