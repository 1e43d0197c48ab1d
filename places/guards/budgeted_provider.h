// A guard that limits the number of calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/owned_timers.h"
#include "base/timers.h"
#include "places/guards/budget.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// Passes a search on if it fits into the budgets of the minute and of the day. Otherwise ends it
// with RESOURCE_EXHAUSTED, which says when the next window begins and carries the advice kSoon (a
// new minute) or kTomorrow. A search is counted when it is passed on, whatever its outcome.
//
// Calls are stored before they are passed on. Storing may wait for a disk, so a separate thread
// does it while the few searches that need it wait; if storing fails, these end with UNAVAILABLE.
class BudgetedProvider : public Provider {
 public:
  struct Stats {
    uint64_t granted = 0;
    uint64_t refused_minute = 0;
    uint64_t refused_day = 0;
    uint64_t saves = 0;         // writes of the record
    uint64_t failed_saves = 0;  // searches that failed because such a write did
  };

  // If `store` is null, the count restarts with each process. `writing` is the thread that the
  // store may block; without a store it may be `timers`. `env` (for the time of day), `timers` (for
  // its clock) and `writing` must outlive this object.
  BudgetedProvider(std::unique_ptr<Provider> next, const BudgetLimits& limits,
                   const BudgetRecord& restored, std::unique_ptr<BudgetStore> store, Env& env,
                   Timers& timers, Timers& writing);
  // Stores the calls that were really used.
  ~BudgetedProvider() override;

  std::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  // Adds the calls that are left; also the state if no calls are left.
  std::vector<ProviderStatus> Describe() const override;
  void Reload() override { next_->Reload(); }

  Stats stats() const;
  BudgetLimits limits() const;

 private:
  struct Waiting {
    SearchRequest request;
    int64_t deadline_ns;
    Done done;
  };

  // Calls Budget::Take and does everything that follows from its verdict, except the search itself.
  Budget::Verdict Admit(const SearchRequest& request, int64_t deadline_ns, Done& done);
  // On the writing thread: stores the next block, then continues the searches that wait for it.
  void Save();
  absl::Status Refusal(Budget::Verdict verdict) const;

  Env& env_;
  Timers& timers_;
  OwnedTimers writing_;

  mutable Mutex mu_;
  mutable Budget budget_ ABSL_GUARDED_BY(mu_);  // mutable, because time moves its windows on
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mu_);
  bool is_saving_ ABSL_GUARDED_BY(mu_) = false;  // or about to
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  Stats stats_ ABSL_GUARDED_BY(mu_);

  const std::unique_ptr<BudgetStore> store_;  // used only by Save and the destructor
  std::unique_ptr<Provider> next_;            // last, because its destructor still finishes calls
};

}  // namespace proxyherd::places
