// A guard that coalesces identical searches into one call.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "base/owned_timers.h"
#include "base/timers.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// While a search is in progress, searches that are equal in every field wait for its outcome,
// success or failure, instead of starting another call. Each keeps its own deadline and ends with
// DEADLINE_EXCEEDED then, even if the provider exceeds its budget, while the call continues for the
// others.
//
// A call gets the time of the search that started it. If this runs out and searches that joined
// later have time left, one more call is made, with the longest of their times.
//
// The number of waiting searches is bounded, so that a provider that hangs does not occupy all
// threads of callers: further ones end immediately with RESOURCE_EXHAUSTED. Thread-safe.
class CoalescingProvider : public Provider {
 public:
  // Well below kPlacesServerThreads, so that threads are left for calls that need not wait. At
  // Google's usual latency of 0.2 s this allows 14,000 calls a minute, far above its quota of 600.
  static constexpr size_t kMaxWaiting = 48;

  struct Stats {
    uint64_t joined = 0;    // searches that shared another's call
    uint64_t repeated = 0;  // calls made for searches with more time than the first one
    uint64_t expired = 0;   // searches whose time ended before that of their call
    uint64_t refused = 0;   // beyond max_waiting
    uint64_t waiting = 0;   // searches waiting now
  };

  // `timers` must outlive this object.
  CoalescingProvider(std::unique_ptr<Provider> next, Timers& timers,
                     size_t max_waiting = kMaxWaiting);
  ~CoalescingProvider() override;

  std::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override { return next_->Describe(); }
  void Reload() override { next_->Reload(); }

  Stats stats() const;

 private:
  struct Waiter {
    Done done;
    int64_t deadline_ns;
    Timers::Id timer = Timers::kNone;
  };
  struct Call {  // guarded by mu_ except for the constants
    std::string key;
    SearchRequest request;
    int64_t deadline_ns = 0;
    std::map<uint64_t, Waiter> waiters;
  };
  using Shared = std::shared_ptr<Call>;
  struct Joined {
    Shared call;
    uint64_t waiter = 0;
    bool is_new = false;     // its call has not been started yet
    Done refused = nullptr;  // set if too many wait: the caller's Done; nothing was joined
  };
  // Adds a waiter to the call for the request.
  Joined Join(const SearchRequest& request, int64_t deadline_ns, Done done);

  void Ask(const Shared& call, int64_t budget_ns);
  void SetTimer(const Shared& call, uint64_t waiter);
  void Expire(const Shared& call, uint64_t waiter);
  void Finish(const Shared& call, const absl::StatusOr<SearchAnswer>& answer);
  // Returns the time for one more call if the first call ran out of time; otherwise zero.
  int64_t MoreTimeNs(Call& call, const absl::Status& answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Forget(const Shared& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  OwnedTimers timers_;
  const size_t max_waiting_;

  mutable Mutex mu_;
  absl::flat_hash_map<std::string, Shared> calls_ ABSL_GUARDED_BY(mu_);  // those that can be joined
  uint64_t last_waiter_ ABSL_GUARDED_BY(mu_) = 0;
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  Stats stats_ ABSL_GUARDED_BY(mu_);

  std::unique_ptr<Provider> next_;  // last, because its destructor still finishes calls
};

}  // namespace proxyherd::places
