#include "core/confirmations.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace proxyherd {

void AwaitedPositions::Add(const FeedPosition& at) {
  Range& range = ranges_[at.stripe];
  const uint32_t bit = uint32_t{1} << at.stripe;
  if ((stripes_ & bit) == 0) {
    range = {at.position, at.position};
  } else {
    range.first = std::min(range.first, at.position);
    range.last = std::max(range.last, at.position);
  }
  stripes_ |= bit;
}

bool AwaitedPositions::HeldBy(const HeldPositions& held) const {
  for (uint32_t rest = stripes_; rest != 0; rest &= rest - 1) {
    const auto stripe = static_cast<size_t>(std::countr_zero(rest));
    const Range& range = ranges_[stripe];
    if (range.first < held.from[stripe] || range.last >= held.end[stripe]) return false;
  }
  return true;
}

void Confirmations::Finish(Waiters& waiters, Confirmation confirmation) {
  for (Waiter& waiter : waiters) waiter.done(confirmation);
}

// nullopt if the wait stays open.
std::optional<Confirmation> Confirmations::Check(const AwaitedPositions& positions) const {
  for (const auto& [neighbour, held] : held_) {
    if (positions.HeldBy(held)) return Confirmation::kConfirmed;
  }
  if (stopped_) return Confirmation::kTimedOut;
  if (waiters_.size() >= max_waiting_) return Confirmation::kRefused;
  return std::nullopt;
}

void Confirmations::Wait(const AwaitedPositions& positions, int64_t now_ns, Done done) {
  Waiters one;
  one.push_back({positions, now_ns + timeout_ns_, std::move(done)});
  std::optional<Confirmation> outcome;
  bool first = false;
  {
    MutexLock lock(&mu_);
    outcome = Check(positions);
    if (!outcome.has_value()) {
      first = waiters_.empty();
      waiters_.splice(waiters_.end(), one);
    }
  }
  if (first) wake_();
  if (outcome.has_value()) Finish(one, *outcome);
}

void Confirmations::Update(const std::string& neighbour, const HeldPositions& held) {
  Waiters confirmed;
  {
    MutexLock lock(&mu_);
    held_[neighbour] = held;
    for (auto at = waiters_.begin(); at != waiters_.end();) {
      const auto waiter = at++;
      if (waiter->positions.HeldBy(held)) confirmed.splice(confirmed.end(), waiters_, waiter);
    }
  }
  Finish(confirmed, Confirmation::kConfirmed);
}

void Confirmations::Expire(int64_t now_ns) {
  Waiters late;
  {
    MutexLock lock(&mu_);
    const auto end = std::find_if(waiters_.begin(), waiters_.end(), [now_ns](const Waiter& waiter) {
      return waiter.deadline_ns > now_ns;
    });
    late.splice(late.end(), waiters_, waiters_.begin(), end);
  }
  Finish(late, Confirmation::kTimedOut);
}

int64_t Confirmations::NextDeadline() const {
  MutexLock lock(&mu_);
  return waiters_.empty() ? std::numeric_limits<int64_t>::max() : waiters_.front().deadline_ns;
}

void Confirmations::Stop() {
  Waiters rest;
  {
    MutexLock lock(&mu_);
    stopped_ = true;
    rest.swap(waiters_);
  }
  Finish(rest, Confirmation::kTimedOut);
}

uint64_t Confirmations::Waiting() const {
  MutexLock lock(&mu_);
  return waiters_.size();
}

}  // namespace proxyherd
