// A guard that asks again.
#pragma once

#include <cstdint>
#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/owned_timers.h"
#include "base/timers.h"
#include "places/provider/provider.h"

namespace proxyherd {

struct RetryOptions {
  // Calls for one search at the most, the first one included. Each counts against quotas and is
  // paid for.
  int max_attempts = 3;
  // The pause before attempt n + 1 is any time up to first_pause * 2^(n-1), at most max_pause: full
  // jitter, so that callers that failed together do not come back together.
  std::chrono::nanoseconds first_pause = std::chrono::milliseconds(200);
  std::chrono::nanoseconds max_pause = std::chrono::seconds(2);
};

// Tries again what fails with the advice kSoon (places/provider/errors.h), after the pause that the
// upstream asked for and one of its own; never when that would be past the search's budget, of
// which each attempt gets what is left. The last attempt's error is the search's.
class RetryingProvider : public Provider {
 public:
  struct Stats {
    uint64_t first = 0;     // searches
    uint64_t retries = 0;   // attempts after the first
    uint64_t given_up = 0;  // searches that failed although trying again was advised
    uint64_t pausing = 0;   // searches that wait for their next attempt now
  };

  // `env`, for its randomness, and `timers` must outlive this object.
  RetryingProvider(std::unique_ptr<Provider> next, const RetryOptions& options, Env& env,
                   Timers& timers);
  // Searches that pause end with CANCELLED.
  ~RetryingProvider() override;

  absl::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override;
  std::vector<ProviderStatus> Describe() const override { return next_->Describe(); }
  void Reload() override { next_->Reload(); }

  Stats stats() const;

 private:
  struct Attempts {
    SearchRequest request;
    Done done;
    std::chrono::nanoseconds deadline;
    int made = 0;
  };
  using Shared = std::shared_ptr<Attempts>;

  void Try(const Shared& search);
  void Finish(const Shared& search, absl::StatusOr<SearchAnswer> answer);
  // How long to pause before the next attempt, or a negative time when there is to be none.
  std::chrono::nanoseconds PauseAfter(const Attempts& search, const absl::Status& error);
  // True unless it is ending; then the search is over.
  bool Pause(const Shared& search, std::chrono::nanoseconds pause);

  const RetryOptions options_;
  Env& env_;
  OwnedTimers timers_;

  mutable Mutex mu_;
  std::set<Shared> pausing_ ABSL_GUARDED_BY(mu_);
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  Stats stats_ ABSL_GUARDED_BY(mu_);

  std::unique_ptr<Provider> next_;  // last, because ending it still finishes calls
};

}  // namespace proxyherd
