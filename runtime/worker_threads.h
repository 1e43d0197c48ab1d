// Runs tasks that may wait, on threads that exist only while there are such tasks.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace proxyherd::runtime {

// At most so many tasks run at once; the others wait, in order. To start a thread costs some ten
// microseconds, little beside a task that waits; in return an idle process has none. Thread-safe.
class WorkerThreads {
 public:
  // REQUIRES: max_threads > 0.
  explicit WorkerThreads(size_t max_threads);
  // REQUIRES: Join was called.
  ~WorkerThreads();
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  // Must not be called after Join.
  void Run(std::function<void()> task);
  // Returns once all tasks have run.
  void Join();

 private:
  struct Worker {
    std::thread thread;
    bool busy = false;  // otherwise the thread has ended, or is about to without the lock
  };

  void Work(Worker& worker);

  Mutex mu_;
  std::vector<Worker> workers_ ABSL_GUARDED_BY(mu_);
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mu_);
};

}  // namespace proxyherd::runtime
