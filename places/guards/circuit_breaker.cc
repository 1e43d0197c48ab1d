#include "places/guards/circuit_breaker.h"

#include <algorithm>

#include "places/provider/errors.h"
#include "places/provider/refusal.h"

namespace proxyherd {
namespace {

using Kind = CircuitBreaker::Outcome::Kind;

}  // namespace

std::optional<CircuitBreaker::Ticket> CircuitBreaker::Admit(Time now) {
  if (is_closed_) return generation_;
  if (StateAt(now) == State::kOpen) return std::nullopt;
  if (probe_since_.has_value() && now - *probe_since_ < options_.max_probe) return std::nullopt;
  probe_since_ = now;
  ++probes_;
  return ++generation_;
}

void CircuitBreaker::Report(Ticket ticket, const Outcome& outcome, Time now) {
  if (ticket != generation_) return;
  if (!is_closed_) {
    // The probe.
    probe_since_.reset();
    if (outcome.kind == Kind::kSuccess) {
      Close();
    } else if (outcome.kind != Kind::kNeutral) {
      Open(outcome, now);
    }
    return;
  }
  switch (outcome.kind) {
    case Kind::kNeutral:
      return;
    case Kind::kSuccess:
      in_a_row_ = 0;
      Count(false, now);
      return;
    case Kind::kFailure:
      ++in_a_row_;
      Count(true, now);
      if (!outcome.opens && in_a_row_ < options_.failures_in_a_row && !IsRatioReached(now)) return;
      break;
    case Kind::kRefused:
      break;
  }
  Open(outcome, now);
}

void CircuitBreaker::Reset() {
  if (!is_closed_) Close();
  ++generation_;
  in_a_row_ = 0;
  slots_ = {};
}

CircuitBreaker::State CircuitBreaker::StateAt(Time now) const {
  if (is_closed_) return State::kClosed;
  return now < open_until_ ? State::kOpen : State::kHalfOpen;
}

CircuitBreaker::Time CircuitBreaker::OpenFor(Time now) const {
  return is_closed_ ? Time::zero() : std::max(open_until_ - now, Time::zero());
}

void CircuitBreaker::Count(bool is_failure, Time now) {
  const int64_t number = now / (options_.window / kSlots);
  Slot& slot = slots_[static_cast<size_t>(number % kSlots)];
  if (slot.number != number) slot = {number, 0, 0};
  ++slot.calls;
  if (is_failure) ++slot.failures;
}

bool CircuitBreaker::IsRatioReached(Time now) const {
  const int64_t number = now / (options_.window / kSlots);
  int calls = 0;
  int failures = 0;
  for (const Slot& slot : slots_) {
    if (slot.number <= number - kSlots) continue;
    calls += slot.calls;
    failures += slot.failures;
  }
  return calls >= options_.min_calls && failures >= options_.failure_ratio * calls;
}

void CircuitBreaker::Open(const Outcome& outcome, Time now) {
  Time open_for = std::max(next_open_, options_.first_open);
  if (outcome.kind == Kind::kRefused) open_for = options_.max_open;
  next_open_ = std::min(open_for * 2, options_.max_open);
  open_until_ = now + std::max(open_for, outcome.open_for);
  is_closed_ = false;
  probe_since_.reset();
  ++generation_;
  ++opened_;
}

void CircuitBreaker::Close() {
  is_closed_ = true;
  next_open_ = Time::zero();
  probe_since_.reset();
  in_a_row_ = 0;
  slots_ = {};
  ++generation_;
  ++closed_;
}

CircuitBreaker::Outcome OutcomeOf(const absl::Status& status, std::chrono::nanoseconds budget,
                                  std::chrono::nanoseconds until_midnight) {
  // An upstream may ask for centuries; a day is the longest period of any quota.
  constexpr std::chrono::nanoseconds kMaxPause = std::chrono::hours(25);
  if (status.ok()) return {Kind::kSuccess};
  if (!TellsOfUpstream(status, budget)) return {Kind::kNeutral};
  if (SaysKeyIsInvalid(status)) return {Kind::kRefused};
  const RetryAdvice advice = RetryAdviceOf(status);
  if (advice.when == RetryAdvice::When::kTomorrow) {
    return {Kind::kFailure, until_midnight, true};
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
      return {Kind::kFailure,
              std::clamp(advice.delay, std::chrono::nanoseconds::zero(), kMaxPause)};
  }
}

}  // namespace proxyherd
