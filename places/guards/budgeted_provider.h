// A guard that lets only so many calls pass.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/owned_timers.h"
#include "base/timers.h"
#include "places/guards/budget.h"
#include "places/provider/provider.h"

namespace proxyherd {

// Passes a search on when it fits into the budget of the minute and of the day. Else it ends with
// RESOURCE_EXHAUSTED, which says when there is a budget again, with the advice kSoon (a new minute)
// or kTomorrow. A search counts once it is passed on, whatever comes of it.
//
// Nothing is passed on before it is written down. Writing may wait for a disk, so it is done on a
// thread of its own, while the few searches that need it wait; when it fails they end with
// UNAVAILABLE.
class BudgetedProvider : public Provider {
 public:
  struct Stats {
    uint64_t granted = 0;
    uint64_t refused_minute = 0;
    uint64_t refused_day = 0;
    uint64_t saves = 0;         // of the record
    uint64_t failed_saves = 0;  // the searches that waited for one have failed
  };

  // `store` may be null: then the count begins anew with each process. `writing`, which may be
  // `timers` without a store, is the thread that the store may block. `env`, for the time of day,
  // `timers`, for its clock, and `writing` must outlive this object.
  BudgetedProvider(std::unique_ptr<Provider> next, const BudgetLimits& limits,
                   const BudgetRecord& restored, std::unique_ptr<BudgetStore> store, Env& env,
                   Timers& timers, Timers& writing);
  // Writes down what was really used.
  ~BudgetedProvider() override;

  absl::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override;
  // Adds what is left, and that nothing is.
  std::vector<ProviderStatus> Describe() const override;
  void Reload() override { next_->Reload(); }

  Stats stats() const;
  BudgetLimits limits() const;

 private:
  struct Waiting {
    SearchRequest request;
    std::chrono::nanoseconds deadline;
    Done done;
  };

  // What Take says, with all that follows from it but the search itself.
  Budget::Verdict Judge(const SearchRequest& request, std::chrono::nanoseconds deadline,
                        Done& done);
  // On the writing thread: writes the next block down, and lets those go on that wait for it.
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

  const std::unique_ptr<BudgetStore> store_;  // used by Save alone, and at the end
  std::unique_ptr<Provider> next_;            // last, because ending it still finishes calls
};

}  // namespace proxyherd
