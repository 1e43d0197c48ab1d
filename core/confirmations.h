// Who waits until a neighbour holds what a client reported, and for how long.
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

// The places in the feed of some reports that are waited for together.
class AwaitedPositions {
 public:
  void Add(const FeedPosition& place);

  // Whether a neighbour that is known to have `held` has all of them, or newer ones.
  bool HeldBy(const HeldPositions& held) const;

 private:
  struct Range {
    Feed::Position first = 0;
    Feed::Position last = 0;
  };

  uint32_t stripes_ = 0;  // bits: those with a range
  std::array<Range, kStripes> ranges_{};
};

enum class Confirmation : uint8_t {
  kConfirmed,
  kTimedOut,  // no neighbour in time, or the node has stopped
  kRefused,   // too many wait already
};

// Thread-safe. The links thread tells what each neighbour holds; all others only wait.
//
// A neighbour that is linked confirms; one that is not may be dead, and confirms nothing. So when a
// wait ends with kConfirmed, this process and one other had each of its reports, or a newer one, in
// memory at the same time.
class Confirmations {
 public:
  // Called once, from inside any of the calls below, without a lock: it is to be quick.
  using Done = std::function<void(Confirmation)>;

  // Waits under way; each takes some 400 bytes. Far more than the clients that one node serves in
  // the time between two acknowledgements of a neighbour.
  static constexpr size_t kMaxWaiting = 1'000'000;

  // A wait takes at most `timeout_ns` (and the time until Expire is called).
  explicit Confirmations(int64_t timeout_ns, size_t max_waiting = kMaxWaiting)
      : timeout_ns_(timeout_ns), max_waiting_(max_waiting) {}

  // `wake` is called whenever NextDeadline has become earlier, from the thread that waits. To be
  // set before the first Wait.
  void SetWake(std::function<void()> wake) { wake_ = std::move(wake); }

  void Wait(const AwaitedPositions& places, int64_t now_ns, Done done);

  // What a neighbour is known to hold now; nothing while it is not linked.
  void Update(const std::string& neighbour, const HeldPositions& held);

  // Ends the waits whose time is over.
  void Expire(int64_t now_ns);
  // When Expire is to be called at the latest; the greatest int64_t: nobody waits.
  int64_t NextDeadline() const;

  // Ends all waits; later ones end at once.
  void Stop();

  int64_t timeout_ns() const { return timeout_ns_; }
  uint64_t Waiting() const;

 private:
  struct Waiter {
    AwaitedPositions places;
    int64_t deadline_ns;
    Done done;
  };
  using Waiters = std::list<Waiter>;

  static void Finish(Waiters& waiters, Confirmation confirmation);
  std::optional<Confirmation> Judge(const AwaitedPositions& places) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Constant after construction, or after SetWake.
  const int64_t timeout_ns_;
  const size_t max_waiting_;
  std::function<void()> wake_ = [] {};

  mutable Mutex mu_;
  std::map<std::string, HeldPositions> held_ ABSL_GUARDED_BY(mu_);
  Waiters waiters_ ABSL_GUARDED_BY(mu_);  // by deadline, since all have the same time
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd
