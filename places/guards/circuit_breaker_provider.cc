#include "places/guards/circuit_breaker_provider.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "places/guards/budget.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"

namespace proxyherd {

using std::chrono::nanoseconds;

CircuitBreakerProvider::CircuitBreakerProvider(std::unique_ptr<Provider> next,
                                               const CircuitBreaker::Options& options, Env& env,
                                               Timers& timers)
    : env_(env), timers_(timers), breaker_(options), next_(std::move(next)) {}

void CircuitBreakerProvider::Search(const SearchRequest& request, nanoseconds budget, Done done) {
  std::optional<CircuitBreaker::Ticket> ticket;
  absl::Status refusal;
  {
    MutexLock lock(&mu_);
    const nanoseconds now = timers_.Now();
    ticket = breaker_.Admit(now);
    if (!ticket.has_value()) {
      refusal = Refusal(now);
      ++refused_;
    }
  }
  if (!ticket.has_value()) {
    done(std::move(refusal));
    return;
  }
  next_->Search(request, budget,
                [this, ticket = *ticket, budget,
                 done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
                  Finish(ticket, answer.status(), budget);
                  done(std::move(answer));
                });
}

void CircuitBreakerProvider::Finish(CircuitBreaker::Ticket ticket, const absl::Status& status,
                                    nanoseconds budget) {
  const int64_t now_ns = env_.NowNs();
  const CircuitBreaker::Outcome outcome =
      OutcomeOf(status, budget, nanoseconds(Budget::NextDay(now_ns) - now_ns));
  MutexLock lock(&mu_);
  const uint64_t opened = breaker_.opened();
  breaker_.Report(ticket, outcome, timers_.Now());
  if (breaker_.opened() != opened) last_error_ = status;
}

absl::Status CircuitBreakerProvider::Refusal(nanoseconds now) const {
  const nanoseconds open_for = breaker_.OpenFor(now);
  std::string text = "is being tried with another search after it failed: ";
  if (open_for > nanoseconds::zero()) {
    const absl::Time until = absl::FromUnixNanos(env_.NowNs()) + absl::FromChrono(open_for);
    text = absl::StrCat("is left alone until ",
                        absl::FormatTime(absl::RFC3339_sec, until, absl::UTCTimeZone()),
                        ", because it failed: ");
  }
  absl::Status refusal(last_error_.code(), absl::StrCat(text, last_error_.message()));
  if (const auto http_status = UpstreamHttpStatus(last_error_)) {
    SetUpstreamHttpStatus(refusal, *http_status);
  }
  SetUpstreamReason(refusal, UpstreamReason(last_error_));
  RetryAdvice advice = RetryAdviceOf(last_error_);
  if (advice.when == RetryAdvice::When::kSoon) advice.delay = open_for;
  SetRetryAdvice(refusal, advice);
  MarkRefusedHere(refusal);
  return refusal;
}

std::vector<ProviderStatus> CircuitBreakerProvider::Describe() const {
  std::vector<ProviderStatus> all = next_->Describe();
  MutexLock lock(&mu_);
  const nanoseconds now = timers_.Now();
  const CircuitBreaker::State state = breaker_.StateAt(now);
  if (state == CircuitBreaker::State::kClosed) return all;
  const ProviderStatus::State best = state == CircuitBreaker::State::kOpen
                                         ? ProviderStatus::State::kUnavailable
                                         : ProviderStatus::State::kDegraded;
  for (ProviderStatus& status : all) {
    if (status.state > best) continue;  // a probe would not reach the upstream
    status.state = best;
    status.reason = ShortError(Refusal(now));
  }
  return all;
}

void CircuitBreakerProvider::Reload() {
  next_->Reload();
  MutexLock lock(&mu_);
  breaker_.Reset();
}

CircuitBreakerProvider::Stats CircuitBreakerProvider::stats() const {
  MutexLock lock(&mu_);
  return {breaker_.StateAt(timers_.Now()), breaker_.opened(), breaker_.half_opened(),
          breaker_.closed(), refused_};
}

}  // namespace proxyherd
