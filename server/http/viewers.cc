#include "server/http/viewers.h"

#include <algorithm>

namespace proxyherd::server {

bool Viewers::Join(const std::shared_ptr<Viewer>& viewer) {
  {
    MutexLock lock(&mu_);
    if (entries_.size() == kMaxViewers) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    entries_.push_back({viewer, false});
  }
  on_arrival_();
  return true;
}

void Viewers::Leave(const Viewer* viewer) {
  std::shared_ptr<Viewer> gone;  // may be the last reference; must not be destroyed under the lock
  MutexLock lock(&mu_);
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [viewer](const Entry& one) {
    return one.viewer.get() == viewer;
  });
  if (entry == entries_.end()) return;
  gone = std::move(entry->viewer);
  *entry = std::move(entries_.back());
  entries_.pop_back();
}

void Viewers::Clear() {
  std::vector<Entry> gone;
  MutexLock lock(&mu_);
  gone.swap(entries_);
}

void Viewers::Greet(const page::Frames& frames) {
  MutexLock lock(&mu_);
  for (Entry& entry : entries_) {
    if (!entry.greeted) entry.viewer->Show(frames);
    entry.greeted = true;
  }
}

void Viewers::Show(const page::Frames& frames) {
  MutexLock lock(&mu_);
  for (const Entry& entry : entries_) {
    if (entry.greeted) entry.viewer->Show(frames);
  }
}

size_t Viewers::Count() const {
  MutexLock lock(&mu_);
  return entries_.size();
}

}  // namespace proxyherd::server
