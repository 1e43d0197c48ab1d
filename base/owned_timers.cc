#include "base/owned_timers.h"

#include <memory>
#include <utility>

namespace proxyherd {

Timers::Id OwnedTimers::After(int64_t delay_ns, std::function<void()> callback) {
  const auto id = std::make_shared<Id>(kNone);
  // Held until the id is known, so that a callback that ends before that waits to erase it.
  MutexLock lock(&mu_);
  if (ended_) return kNone;
  *id = timers_.After(delay_ns, [this, id, callback = std::move(callback)]() mutable {
    callback();
    callback = nullptr;  // releases what it captured before End can return
    MutexLock ending(&mu_);
    open_.erase(*id);
  });
  open_.insert(*id);
  return *id;
}

void OwnedTimers::Cancel(Id id) {
  timers_.Cancel(id);
  MutexLock lock(&mu_);
  open_.erase(id);
}

void OwnedTimers::End() {
  std::set<Id> open;
  {
    MutexLock lock(&mu_);
    ended_ = true;
    open = open_;
  }
  for (const Id id : open) timers_.Cancel(id);
  MutexLock lock(&mu_);
  open_.clear();
}

}  // namespace proxyherd
