#include "runtime/timer_thread.h"

#include <algorithm>

namespace proxyherd {

using std::chrono::nanoseconds;

namespace {

// Longer waits are cut into pieces of this length, far from where time arithmetic overflows.
constexpr nanoseconds kMaxWait = std::chrono::hours(24);

}  // namespace

TimerThread::TimerThread(Env& env) : env_(env), thread_([this] { Run(); }) {}

TimerThread::~TimerThread() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

nanoseconds TimerThread::Now() { return nanoseconds(env_.MonotonicNs()); }

Timers::Id TimerThread::After(nanoseconds delay, std::function<void()> callback) {
  const nanoseconds due = Now() + std::max(delay, nanoseconds::zero());
  bool is_first = false;
  Id id = kNone;
  {
    MutexLock lock(&mu_);
    id = ++last_id_;
    const auto added = waiting_.emplace(Due(due, id), std::move(callback)).first;
    due_of_.emplace(id, due);
    is_first = added == waiting_.begin();
  }
  if (is_first) changed_.NotifyAll();
  return id;
}

void TimerThread::Cancel(Id id) {
  std::function<void()> unused;  // destroyed without the lock
  MutexLock lock(&mu_);
  if (const auto found = due_of_.find(id); found != due_of_.end()) {
    const auto entry = waiting_.find({found->second, id});
    unused = std::move(entry->second);
    waiting_.erase(entry);
    due_of_.erase(found);
  } else if (id != kNone && std::this_thread::get_id() != thread_.get_id()) {
    while (running_ == id) changed_.Wait(&mu_);
  }
}

void TimerThread::Run() {
  mu_.Lock();
  while (!stopping_) {
    if (waiting_.empty()) {
      changed_.Wait(&mu_);
      continue;
    }
    const auto first = waiting_.begin();
    const nanoseconds left = first->first.first - Now();
    if (left > nanoseconds::zero()) {
      changed_.WaitForNs(&mu_, std::min(left, kMaxWait).count());
      continue;
    }
    running_ = first->first.second;
    std::function<void()> callback = std::move(first->second);
    due_of_.erase(running_);
    waiting_.erase(first);
    mu_.Unlock();
    callback();
    callback = nullptr;  // releases what it captured before a waiting Cancel returns
    mu_.Lock();
    running_ = kNone;
    changed_.NotifyAll();
  }
  mu_.Unlock();
}

}  // namespace proxyherd
