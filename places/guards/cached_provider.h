// A guard that caches answers.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/timers.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

struct CacheOptions {
  // Zero disables the cache. Google's terms allow no other value for its content: only latitudes,
  // longitudes and ids may be stored, coordinates for up to 30 days.
  int64_t lifetime_ns = 0;
  // Keys and answers together; the least recently used entries are evicted first.
  size_t max_bytes = 64 << 20;
};

// The longest lifetime; also the longest for which Google allows coordinates to be stored.
inline constexpr int64_t kMaxCacheLifetimeNs = int64_t{30} * 24 * 3600 * kSecond;

// Answers a request from memory if an earlier one was equal in every field. Caches only successes.
// Reload drops all entries. Thread-safe.
class CachedProvider : public Provider {
 public:
  struct Stats {
    uint64_t hits = 0;
    uint64_t misses = 0;
    uint64_t evicted = 0;  // to make room
    uint64_t expired = 0;
    uint64_t entries = 0;  // now
    uint64_t bytes = 0;    // now
  };

  // `timers`, of which only the clock is used, must outlive this object.
  CachedProvider(std::unique_ptr<Provider> next, const CacheOptions& options, Timers& timers);

  std::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override { return next_->Describe(); }
  void Reload() override;

  // Also removes expired entries.
  Stats stats();

 private:
  struct Entry {
    std::string key;
    SearchAnswer answer;
    int64_t until_ns;
    std::list<Entry*>::iterator use;  // its position in by_use_
    std::list<Entry>::iterator self;  // its position in by_age_
    size_t Bytes() const;
  };

  bool Find(const std::string& key, SearchAnswer& answer);
  void Keep(const std::string& key, const SearchAnswer& answer, uint64_t generation);
  void Remove(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RemoveExpired() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  uint64_t Generation();

  const CacheOptions options_;
  Timers& timers_;

  Mutex mu_;
  std::list<Entry> by_age_ ABSL_GUARDED_BY(mu_);   // oldest first, i.e. in order of expiry
  std::list<Entry*> by_use_ ABSL_GUARDED_BY(mu_);  // least recently used first
  absl::flat_hash_map<std::string_view, Entry*> by_key_ ABSL_GUARDED_BY(mu_);
  uint64_t generation_ ABSL_GUARDED_BY(mu_) = 0;  // of present calls; Reload begins a new one
  Stats stats_ ABSL_GUARDED_BY(mu_);

  std::unique_ptr<Provider> next_;  // last, because its destructor still finishes calls
};

}  // namespace proxyherd::places
