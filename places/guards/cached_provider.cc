#include "places/guards/cached_provider.h"

#include <iterator>
#include <utility>

#include "places/provider/request_key.h"

namespace proxyherd::places {

size_t CachedProvider::Entry::Bytes() const {
  // The nodes of two lists and a slot of the table.
  constexpr size_t kOverhead = sizeof(Entry) + 96;
  return kOverhead + key.size() + answer.json.size() + answer.provider.size() +
         answer.reason.size();
}

CachedProvider::CachedProvider(std::unique_ptr<Provider> next, const CacheOptions& options,
                               Timers& timers)
    : options_(options), timers_(timers), next_(std::move(next)) {}

void CachedProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  if (options_.lifetime_ns <= 0) {
    next_->Search(request, budget_ns, std::move(done));
    return;
  }
  std::string key = RequestKey(request);
  SearchAnswer known;
  if (Find(key, known)) {
    done(std::move(known));
    return;
  }
  next_->Search(request, budget_ns,
                [this, key = std::move(key), generation = Generation(),
                 done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
                  if (answer.ok()) Keep(key, *answer, generation);
                  done(std::move(answer));
                });
}

void CachedProvider::Reload() {
  next_->Reload();
  MutexLock lock(&mu_);
  ++generation_;
  while (!by_age_.empty()) Remove(by_age_.front());
}

bool CachedProvider::Find(const std::string& key, SearchAnswer& answer) {
  MutexLock lock(&mu_);
  RemoveExpired();
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    ++stats_.misses;
    return false;
  }
  ++stats_.hits;
  Entry& entry = *found->second;
  by_use_.splice(by_use_.end(), by_use_, entry.use);
  answer = entry.answer;
  return true;
}

void CachedProvider::Keep(const std::string& key, const SearchAnswer& answer, uint64_t generation) {
  std::list<Entry> added;
  added.push_back({key, answer, timers_.MonotonicNs() + options_.lifetime_ns, {}, {}});
  Entry& entry = added.front();
  MutexLock lock(&mu_);
  RemoveExpired();
  if (generation != generation_ || entry.Bytes() > options_.max_bytes) return;
  if (const auto found = by_key_.find(key); found != by_key_.end()) Remove(*found->second);
  while (stats_.bytes + entry.Bytes() > options_.max_bytes) {
    Remove(*by_use_.front());
    ++stats_.evicted;
  }
  by_age_.splice(by_age_.end(), added);
  entry.self = std::prev(by_age_.end());
  entry.use = by_use_.insert(by_use_.end(), &entry);
  by_key_[entry.key] = &entry;
  stats_.bytes += entry.Bytes();
}

void CachedProvider::Remove(Entry& entry) {
  stats_.bytes -= entry.Bytes();
  by_key_.erase(entry.key);
  by_use_.erase(entry.use);
  by_age_.erase(entry.self);
}

void CachedProvider::RemoveExpired() {
  const int64_t now_ns = timers_.MonotonicNs();
  while (!by_age_.empty() && by_age_.front().until_ns <= now_ns) {
    Remove(by_age_.front());
    ++stats_.expired;
  }
}

uint64_t CachedProvider::Generation() {
  MutexLock lock(&mu_);
  return generation_;
}

CachedProvider::Stats CachedProvider::stats() {
  MutexLock lock(&mu_);
  RemoveExpired();
  Stats now = stats_;
  now.entries = by_age_.size();
  return now;
}

}  // namespace proxyherd::places
