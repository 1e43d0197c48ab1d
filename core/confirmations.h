// Waits, with a time-out, until a neighbour holds certain reports of clients.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "core/feed_positions.h"
#include "core/stripes.h"

namespace proxyherd {

// The feed positions of reports that are to be confirmed together.
class AwaitedPositions {
 public:
  void Add(const FeedPosition& at);

  // Returns true if a neighbour with these positions has every report, or a newer one.
  bool HeldBy(const HeldPositions& held) const;

 private:
  struct Range {
    Feed::Position first = 0;
    Feed::Position last = 0;
  };

  uint32_t stripes_ = 0;  // a bit for each stripe with a range
  std::array<Range, kStripes> ranges_{};
};

enum class Confirmation : uint8_t {
  kConfirmed,
  kTimedOut,  // no neighbour confirmed in time, or the node has stopped
  kRefused,   // too many waits are open
};

// The open waits, and the positions that each neighbour holds. Thread-safe. The links thread
// reports what neighbours hold; all other threads only wait.
//
// Only a linked neighbour confirms: one that is not linked may be dead. So if a wait ends with
// kConfirmed, this process and one other held each of the wait's reports, or a newer one, in memory
// at the same time.
class Confirmations {
 public:
  // Called once, from inside one of the calls below, while no lock is held. Must be quick.
  using Done = std::function<void(Confirmation)>;

  // The maximum number of open waits; each takes about 400 bytes. This is far more than the clients
  // that one node serves between two acknowledgements.
  static constexpr size_t kMaxWaiting = 1'000'000;

  // A wait lasts at most `timeout_ns`, plus the delay of the next call of Expire.
  explicit Confirmations(int64_t timeout_ns, size_t max_waiting = kMaxWaiting)
      : timeout_ns_(timeout_ns), max_waiting_(max_waiting) {}

  // `wake` is called whenever NextDeadline has become earlier, on the thread that calls Wait. Must
  // be set before the first Wait.
  void SetWake(std::function<void()> wake) { wake_ = std::move(wake); }

  void Wait(const AwaitedPositions& positions, int64_t now_ns, Done done);

  // Sets the positions that a neighbour is known to hold; pass {} when it is no longer linked.
  void Update(const std::string& neighbour, const HeldPositions& held);

  // Ends the waits whose deadline has passed.
  void Expire(int64_t now_ns);
  // The time by which Expire must be called; the maximum int64_t if no wait is open.
  int64_t NextDeadline() const;

  // Ends all open waits with kTimedOut; later waits end immediately.
  void Stop();

  int64_t timeout_ns() const { return timeout_ns_; }
  uint64_t Waiting() const;

 private:
  struct Waiter {
    AwaitedPositions positions;
    int64_t deadline_ns;
    Done done;
  };
  using Waiters = std::list<Waiter>;

  static void Finish(Waiters& waiters, Confirmation confirmation);
  std::optional<Confirmation> Check(const AwaitedPositions& positions) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Constant after construction, or after SetWake.
  const int64_t timeout_ns_;
  const size_t max_waiting_;
  std::function<void()> wake_ = [] {};

  mutable Mutex mu_;
  std::map<std::string, HeldPositions> held_ ABSL_GUARDED_BY(mu_);
  Waiters waiters_ ABSL_GUARDED_BY(mu_);  // ordered by deadline: all have the same time-out
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd
