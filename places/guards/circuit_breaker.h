// When to leave an upstream alone that fails, as a state machine without time of its own.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"

namespace proxyherd {

// Closed: calls pass. Open: none do, for a time that doubles from one probe that fails to the next.
// Half open: one probe passes, and its outcome closes or opens it.
//
// Not thread-safe. Times are monotonic.
class CircuitBreaker {
 public:
  using Time = std::chrono::nanoseconds;

  struct Options {
    // Failures with no success between them.
    int failures_in_a_row = 5;
    // Or this share of the calls that ended within `window`, when there were so many: for an
    // upstream that fails often but not always.
    double failure_ratio = 0.5;
    int min_calls = 20;
    Time window = std::chrono::seconds(10);
    // How long it is open at first, and at most.
    Time first_open = std::chrono::seconds(1);
    Time longest_open = std::chrono::seconds(60);
    // A probe that has not ended by then is given up for another one.
    Time longest_probe = std::chrono::seconds(30);
  };

  enum class State { kClosed, kOpen, kHalfOpen };

  // What a call's end says of the upstream.
  struct Outcome {
    enum class Kind {
      kSuccess,
      kNeutral,  // nothing: the fault is the caller's, or it was not asked
      kFailure,
      kRefused,  // nobody will get an answer until a person changes something
    };
    Kind kind = Kind::kNeutral;
    Time open_for{0};    // with kFailure: when it opens, at least so long
    bool opens = false;  // with kFailure: at once
  };

  // Goes with a call that was let pass. Of calls from before a change of state nothing is learnt.
  using Ticket = uint64_t;

  explicit CircuitBreaker(const Options& options) : options_(options) {}

  // A ticket when the call may pass.
  std::optional<Ticket> Admit(Time now);
  void Report(Ticket ticket, const Outcome& outcome, Time now);
  // Closes it, and forgets all failures: something has been changed.
  void Reset();

  // At `now`: half open as soon as a probe would pass.
  State StateAt(Time now) const;
  // When open: how long no call passes. Else zero.
  Time OpenFor(Time now) const;
  uint64_t opened() const { return opened_; }       // times
  uint64_t half_opened() const { return probes_; }  // probes
  uint64_t closed() const { return closed_; }       // times, after it had been open

 private:
  static constexpr int kSlots = 10;
  struct Slot {
    int64_t number = -1;  // of the tenth of a window that it counts
    int calls = 0;
    int failures = 0;
  };

  void Count(bool is_failure, Time now);
  bool IsRatioReached(Time now) const;
  void Open(const Outcome& outcome, Time now);
  void Close();

  const Options options_;
  bool is_closed_ = true;
  Ticket generation_ = 1;  // tickets of the present state
  int in_a_row_ = 0;
  std::array<Slot, kSlots> slots_;
  Time next_open_{0};  // how long it will be open when the probe fails; 0: first_open
  Time open_until_{0};
  std::optional<Time> probe_since_;
  uint64_t opened_ = 0;
  uint64_t probes_ = 0;
  uint64_t closed_ = 0;
};

// What a search's outcome says of the upstream. `budget` is what the search was given,
// `until_midnight` the time to the next day of California.
//
// Neutral: what says nothing of the upstream (TellsOfUpstream in places/provider/refusal.h), and
// the errors of a request (INVALID_ARGUMENT, OUT_OF_RANGE, NOT_FOUND). A refusal of the key or the
// project (UNAUTHENTICATED, or PERMISSION_DENIED with the advice kNever; API_KEY_INVALID with any
// code) is kRefused. The advice kTomorrow opens at once, until midnight.
CircuitBreaker::Outcome OutcomeOf(const absl::Status& status, std::chrono::nanoseconds budget,
                                  std::chrono::nanoseconds until_midnight);

}  // namespace proxyherd
