#include "runtime/worker_threads.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace proxyherd::runtime {

WorkerThreads::WorkerThreads(size_t max_threads) : workers_(max_threads) {
  assert(max_threads > 0);
}

WorkerThreads::~WorkerThreads() {
  assert(std::none_of(workers_.begin(), workers_.end(),
                      [](const Worker& worker) { return worker.thread.joinable(); }));
}

void WorkerThreads::Run(std::function<void()> task) {
  MutexLock lock(&mu_);
  waiting_.push_back(std::move(task));
  const auto idle = std::find_if(workers_.begin(), workers_.end(),
                                 [](const Worker& worker) { return !worker.busy; });
  if (idle == workers_.end()) return;
  // Its last task is over, so this does not wait.
  if (idle->thread.joinable()) idle->thread.join();
  idle->busy = true;
  idle->thread = std::thread([this, worker = &*idle] { Work(*worker); });
}

void WorkerThreads::Work(Worker& worker) {
  for (;;) {
    std::function<void()> task;
    {
      MutexLock lock(&mu_);
      if (waiting_.empty()) {
        worker.busy = false;
        return;
      }
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

void WorkerThreads::Join() {
  std::vector<Worker> workers;
  {
    MutexLock lock(&mu_);
    // A worker keeps its place until it has ended.
    for (Worker& worker : workers_) workers.push_back({std::move(worker.thread), true});
  }
  for (Worker& worker : workers) {
    if (worker.thread.joinable()) worker.thread.join();
  }
}

}  // namespace proxyherd::runtime
