// A guard that stops calling an upstream while it fails.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "base/env.h"
#include "base/mutex.h"
#include "base/timers.h"
#include "places/guards/circuit_breaker.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// While the breaker is open, searches end immediately with the error that opened it, which also
// says until when. Reload closes it, because the key may have changed. Thread-safe.
class CircuitBreakerProvider : public Provider {
 public:
  struct Stats {
    CircuitBreaker::State state = CircuitBreaker::State::kClosed;
    uint64_t opened = 0;
    uint64_t half_opened = 0;
    uint64_t closed = 0;
    uint64_t refused = 0;  // searches
  };

  // `env`, for the time of day, and `timers`, for its clock, must outlive this object.
  CircuitBreakerProvider(std::unique_ptr<Provider> next, const CircuitBreaker::Options& options,
                         Env& env, Timers& timers);

  std::string_view name() const override { return next_->name(); }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  // The state is at best kUnavailable while the breaker is open, kDegraded while it is half open.
  std::vector<ProviderStatus> Describe() const override;
  void Reload() override;

  Stats stats() const;

 private:
  void Finish(CircuitBreaker::Ticket ticket, const absl::Status& status, int64_t budget_ns);
  absl::Status Refusal(int64_t now_ns) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  Env& env_;
  Timers& timers_;

  mutable Mutex mu_;
  CircuitBreaker breaker_ ABSL_GUARDED_BY(mu_);
  absl::Status last_error_ ABSL_GUARDED_BY(mu_);  // not OK while the breaker is not closed
  uint64_t refused_ ABSL_GUARDED_BY(mu_) = 0;

  std::unique_ptr<Provider> next_;  // last, because its destructor still finishes calls
};

}  // namespace proxyherd::places
