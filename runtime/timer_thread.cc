#include "runtime/timer_thread.h"

#include <algorithm>

namespace proxyherd::runtime {

namespace {

// Longer waits are split into waits of this length, so that time arithmetic cannot overflow.
constexpr int64_t kMaxWaitNs = int64_t{24} * 3600 * kSecond;

}  // namespace

TimerThread::TimerThread(Env& env) : env_(env) {}

TimerThread::~TimerThread() {
  {
    MutexLock lock(&mu_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

int64_t TimerThread::MonotonicNs() { return env_.MonotonicNs(); }

Timers::Id TimerThread::After(int64_t delay_ns, std::function<void()> callback) {
  const int64_t due_ns = MonotonicNs() + std::max<int64_t>(delay_ns, 0);
  bool is_first = false;
  Id id = kNone;
  {
    MutexLock lock(&mu_);
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
    id = ++last_id_;
    const auto added = waiting_.emplace(Due(due_ns, id), std::move(callback)).first;
    due_of_.emplace(id, due_ns);
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
    const int64_t left_ns = first->first.first - MonotonicNs();
    if (left_ns > 0) {
      changed_.WaitForNs(&mu_, std::min(left_ns, kMaxWaitNs));
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

}  // namespace proxyherd::runtime
