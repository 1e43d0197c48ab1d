// A guard that retries failed calls.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/owned_timers.h"
#include "base/timers.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

struct RetryOptions {
  // Maximum calls for one search, including the first. Each is paid for and counts against quotas.
  int max_attempts = 3;
  // The pause before attempt n + 1 is random, up to first_pause_ns * 2^(n-1) and at most
  // max_pause_ns: full jitter, so that callers that failed together do not retry together.
  int64_t first_pause_ns = 200 * kMillisecond;
  int64_t max_pause_ns = 2 * kSecond;
};

// Retries errors with the advice kSoon (places/provider/errors.h), after the pause that the
// upstream asked for plus a random one; not if that would exceed the search's budget. Each attempt
// gets what is left of the budget. The search ends with the error of the last attempt. Thread-safe.
class RetryingProvider : public Provider {
 public:
  struct Stats {
    uint64_t first = 0;     // searches
    uint64_t retries = 0;   // attempts after the first
    uint64_t given_up = 0;  // searches that failed although a retry was advised
    uint64_t pausing = 0;   // searches waiting for their next attempt now
  };

  // `env`, for its randomness, and `timers` must outlive this object.
  RetryingProvider(std::unique_ptr<Provider> next, const RetryOptions& options, Env& env,
                   Timers& timers);
  // Searches that wait for a retry end with CANCELLED.
  ~RetryingProvider() override;

  std::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override { return next_->Describe(); }
  void Reload() override { next_->Reload(); }

  Stats stats() const;

 private:
  struct Attempts {
    SearchRequest request;
    Done done;
    int64_t deadline_ns;
    int made = 0;
  };
  using Shared = std::shared_ptr<Attempts>;

  void Try(const Shared& search);
  void Finish(const Shared& search, absl::StatusOr<SearchAnswer> answer);
  // Returns the pause before the next attempt; negative if no attempt must follow.
  int64_t PauseAfterNs(const Attempts& search, const absl::Status& error);
  // Returns false if the provider is being destroyed; the search is then over.
  bool Pause(const Shared& search, int64_t pause_ns);

  const RetryOptions options_;
  Env& env_;
  OwnedTimers timers_;

  mutable Mutex mu_;
  std::set<Shared> pausing_ ABSL_GUARDED_BY(mu_);
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  Stats stats_ ABSL_GUARDED_BY(mu_);

  std::unique_ptr<Provider> next_;  // last, because its destructor still finishes calls
};

}  // namespace proxyherd::places
