// Decides when not to call an upstream that fails. A state machine whose events carry the time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "base/env.h"

namespace proxyherd::places {

// Closed: calls pass. Open: no call passes, for a time that doubles with each failed probe. Half
// open: one call passes as a probe, and its outcome closes or opens the breaker.
//
// Not thread-safe. Times are monotonic, in nanoseconds.
class CircuitBreaker {
 public:
  struct Options {
    // Opens after this number of failures without a success between them.
    int failures_in_a_row = 5;
    // Also opens if this share of the calls that ended within `window_ns` has failed, provided
    // there were at least `min_calls`: for an upstream that fails often but not always.
    double failure_ratio = 0.5;
    int min_calls = 20;
    int64_t window_ns = 10 * kSecond;
    // How long the breaker is open at first, and at most.
    int64_t first_open_ns = 1 * kSecond;
    int64_t max_open_ns = 60 * kSecond;
    // A probe that takes longer is abandoned, and another call may probe.
    int64_t max_probe_ns = 30 * kSecond;
  };

  enum class State { kClosed, kOpen, kHalfOpen };

  // What the outcome of a call says about the upstream.
  struct Outcome {
    enum class Kind {
      kSuccess,
      kNeutral,  // nothing: the caller's fault, or the upstream was not asked
      kFailure,
      kRefused,  // no search will succeed until a person changes something
    };
    Kind kind = Kind::kNeutral;
    int64_t open_for_ns = 0;  // with kFailure: if the breaker opens, for at least this long
    bool opens = false;       // with kFailure: opens the breaker immediately
  };

  // Belongs to an admitted call. Outcomes of calls that were admitted before the last change of
  // state are ignored.
  using Ticket = uint64_t;

  explicit CircuitBreaker(const Options& options) : options_(options) {}

  // Returns a ticket if the call may pass.
  std::optional<Ticket> Admit(int64_t now_ns);
  void Report(Ticket ticket, const Outcome& outcome, int64_t now_ns);
  // Closes the breaker and forgets all failures, because the configuration has changed.
  void Reset();

  // The state at `now_ns`: half open as soon as a probe would pass.
  State StateAt(int64_t now_ns) const;
  // Returns how long no call will pass; zero if the breaker is not open.
  int64_t OpenForNs(int64_t now_ns) const;
  uint64_t opened() const { return opened_; }       // number of times
  uint64_t half_opened() const { return probes_; }  // probes
  uint64_t closed() const { return closed_; }       // number of times, after it had been open

 private:
  static constexpr int kSlots = 10;
  struct Slot {
    int64_t number = -1;  // of the tenth of a window that this slot covers
    int calls = 0;
    int failures = 0;
  };

  void Count(bool is_failure, int64_t now_ns);
  bool IsRatioReached(int64_t now_ns) const;
  void Open(const Outcome& outcome, int64_t now_ns);
  void Close();

  const Options options_;
  bool is_closed_ = true;
  Ticket generation_ = 1;  // tickets of the present state
  int in_a_row_ = 0;
  std::array<Slot, kSlots> slots_;
  int64_t next_open_ns_ = 0;  // how long to open if the probe fails; 0: first_open_ns
  int64_t open_until_ns_ = 0;
  std::optional<int64_t> probe_since_ns_;
  uint64_t opened_ = 0;
  uint64_t probes_ = 0;
  uint64_t closed_ = 0;
};

// Classifies a search's outcome. `budget_ns` is the time that the search was given,
// `until_midnight_ns` the time to the next day in California.
//
// Neutral are outcomes that say nothing about the upstream (TellsOfUpstream in
// places/provider/refusal.h), and errors of the request (INVALID_ARGUMENT, OUT_OF_RANGE,
// NOT_FOUND). A refusal of the key or the project (UNAUTHENTICATED, or PERMISSION_DENIED with the
// advice kNever; API_KEY_INVALID with any code) is kRefused. The advice kTomorrow opens the breaker
// immediately, until midnight.
CircuitBreaker::Outcome OutcomeOf(const absl::Status& status, int64_t budget_ns,
                                  int64_t until_midnight_ns);

}  // namespace proxyherd::places
