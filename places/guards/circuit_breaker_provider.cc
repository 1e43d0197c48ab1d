#include "places/guards/circuit_breaker_provider.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "places/guards/budget.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"

namespace proxyherd::places {

CircuitBreakerProvider::CircuitBreakerProvider(std::unique_ptr<Provider> next,
                                               const CircuitBreaker::Options& options, Env& env,
                                               Timers& timers)
    : env_(env), timers_(timers), breaker_(options), next_(std::move(next)) {}

void CircuitBreakerProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  std::optional<CircuitBreaker::Ticket> ticket;
  absl::Status refusal;
  {
    MutexLock lock(&mu_);
    const int64_t now_ns = timers_.MonotonicNs();
    ticket = breaker_.Admit(now_ns);
    if (!ticket.has_value()) {
      refusal = Refusal(now_ns);
      ++refused_;
    }
  }
  if (!ticket.has_value()) {
    done(std::move(refusal));
    return;
  }
  next_->Search(request, budget_ns,
                [this, ticket = *ticket, budget_ns,
                 done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
                  Finish(ticket, answer.status(), budget_ns);
                  done(std::move(answer));
                });
}

void CircuitBreakerProvider::Finish(CircuitBreaker::Ticket ticket, const absl::Status& status,
                                    int64_t budget_ns) {
  const int64_t now_ns = env_.NowNs();
  const CircuitBreaker::Outcome outcome =
      OutcomeOf(status, budget_ns, Budget::NextDay(now_ns) - now_ns);
  MutexLock lock(&mu_);
  const uint64_t opened = breaker_.opened();
  breaker_.Report(ticket, outcome, timers_.MonotonicNs());
  if (breaker_.opened() != opened) last_error_ = status;
}

absl::Status CircuitBreakerProvider::Refusal(int64_t now_ns) const {
  const int64_t open_for_ns = breaker_.OpenForNs(now_ns);
  std::string text = "is being tried with another search after it failed: ";
  if (open_for_ns > 0) {
    const int64_t until_ns = env_.NowNs() + open_for_ns;
    text = absl::StrCat(
        "is left alone until ",
        absl::FormatTime(absl::RFC3339_sec, absl::FromUnixNanos(until_ns), absl::UTCTimeZone()),
        ", because it failed: ");
  }
  absl::Status refusal(last_error_.code(), absl::StrCat(text, last_error_.message()));
  if (const auto http_status = UpstreamHttpStatus(last_error_)) {
    SetUpstreamHttpStatus(refusal, *http_status);
  }
  SetUpstreamReason(refusal, UpstreamReason(last_error_));
  RetryAdvice advice = RetryAdviceOf(last_error_);
  if (advice.when == RetryAdvice::When::kSoon) advice.delay_ns = open_for_ns;
  SetRetryAdvice(refusal, advice);
  MarkRefusedHere(refusal);
  return refusal;
}

std::vector<ProviderStatus> CircuitBreakerProvider::Describe() const {
  std::vector<ProviderStatus> all = next_->Describe();
  MutexLock lock(&mu_);
  const int64_t now_ns = timers_.MonotonicNs();
  const CircuitBreaker::State state = breaker_.StateAt(now_ns);
  if (state == CircuitBreaker::State::kClosed) return all;
  const ProviderStatus::State best = state == CircuitBreaker::State::kOpen
                                         ? ProviderStatus::State::kUnavailable
                                         : ProviderStatus::State::kDegraded;
  for (ProviderStatus& status : all) {
    if (status.state > best) continue;  // a probe would not reach the upstream
    status.state = best;
    status.reason = ShortError(Refusal(now_ns));
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
  return {breaker_.StateAt(timers_.MonotonicNs()), breaker_.opened(), breaker_.half_opened(),
          breaker_.closed(), refused_};
}

}  // namespace proxyherd::places
