#include "places/guards/circuit_breaker.h"

#include <algorithm>

#include "places/provider/errors.h"
#include "places/provider/refusal.h"

namespace proxyherd::places {
namespace {

using Kind = CircuitBreaker::Outcome::Kind;

}  // namespace

std::optional<CircuitBreaker::Ticket> CircuitBreaker::Admit(int64_t now_ns) {
  if (is_closed_) return generation_;
  if (StateAt(now_ns) == State::kOpen) return std::nullopt;
  if (probe_since_ns_.has_value() && now_ns - *probe_since_ns_ < options_.max_probe_ns) {
    return std::nullopt;
  }
  probe_since_ns_ = now_ns;
  ++probes_;
  return ++generation_;
}

void CircuitBreaker::Report(Ticket ticket, const Outcome& outcome, int64_t now_ns) {
  if (ticket != generation_) return;
  if (!is_closed_) {
    // The probe.
    probe_since_ns_.reset();
    if (outcome.kind == Kind::kSuccess) {
      Close();
    } else if (outcome.kind != Kind::kNeutral) {
      Open(outcome, now_ns);
    }
    return;
  }
  switch (outcome.kind) {
    case Kind::kNeutral:
      return;
    case Kind::kSuccess:
      in_a_row_ = 0;
      Count(false, now_ns);
      return;
    case Kind::kFailure:
      ++in_a_row_;
      Count(true, now_ns);
      if (!outcome.opens && in_a_row_ < options_.failures_in_a_row && !IsRatioReached(now_ns)) {
        return;
      }
      break;
    case Kind::kRefused:
      break;
  }
  Open(outcome, now_ns);
}

void CircuitBreaker::Reset() {
  if (!is_closed_) Close();
  ++generation_;
  in_a_row_ = 0;
  slots_ = {};
}

CircuitBreaker::State CircuitBreaker::StateAt(int64_t now_ns) const {
  if (is_closed_) return State::kClosed;
  return now_ns < open_until_ns_ ? State::kOpen : State::kHalfOpen;
}

int64_t CircuitBreaker::OpenForNs(int64_t now_ns) const {
  return is_closed_ ? 0 : std::max<int64_t>(open_until_ns_ - now_ns, 0);
}

void CircuitBreaker::Count(bool is_failure, int64_t now_ns) {
  const int64_t number = now_ns / (options_.window_ns / kSlots);
  Slot& slot = slots_[static_cast<size_t>(number % kSlots)];
  if (slot.number != number) slot = {number, 0, 0};
  ++slot.calls;
  if (is_failure) ++slot.failures;
}

bool CircuitBreaker::IsRatioReached(int64_t now_ns) const {
  const int64_t number = now_ns / (options_.window_ns / kSlots);
  int calls = 0;
  int failures = 0;
  for (const Slot& slot : slots_) {
    if (slot.number <= number - kSlots) continue;
    calls += slot.calls;
    failures += slot.failures;
  }
  return calls >= options_.min_calls && failures >= options_.failure_ratio * calls;
}

void CircuitBreaker::Open(const Outcome& outcome, int64_t now_ns) {
  int64_t open_for_ns = std::max(next_open_ns_, options_.first_open_ns);
  if (outcome.kind == Kind::kRefused) open_for_ns = options_.max_open_ns;
  next_open_ns_ = std::min(open_for_ns * 2, options_.max_open_ns);
  open_until_ns_ = now_ns + std::max(open_for_ns, outcome.open_for_ns);
  is_closed_ = false;
  probe_since_ns_.reset();
  ++generation_;
  ++opened_;
}

void CircuitBreaker::Close() {
  is_closed_ = true;
  next_open_ns_ = 0;
  probe_since_ns_.reset();
  in_a_row_ = 0;
  slots_ = {};
  ++generation_;
  ++closed_;
}

CircuitBreaker::Outcome OutcomeOf(const absl::Status& status, int64_t budget_ns,
                                  int64_t until_midnight_ns) {
  // An upstream may ask for centuries. A day is the longest period of any quota.
  constexpr int64_t kMaxPauseNs = int64_t{25} * 3600 * kSecond;
  if (status.ok()) return {Kind::kSuccess};
  if (!TellsOfUpstream(status, budget_ns)) return {Kind::kNeutral};
  if (SaysKeyIsInvalid(status)) return {Kind::kRefused};
  const RetryAdvice advice = RetryAdviceOf(status);
  if (advice.when == RetryAdvice::When::kTomorrow) {
    return {Kind::kFailure, until_midnight_ns, true};
  }
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kNotFound:
      return {Kind::kNeutral};
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return {advice.when == RetryAdvice::When::kNever ? Kind::kRefused : Kind::kFailure};
    default:
      return {Kind::kFailure, std::clamp<int64_t>(advice.delay_ns, 0, kMaxPauseNs)};
  }
}

}  // namespace proxyherd::places
