// Waiting for neighbours.
#include "core/confirmations.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace proxyherd {

void AwaitedPositions::Add(const FeedPosition& place) {
  Range& range = ranges_[place.stripe];
  const uint32_t bit = uint32_t{1} << place.stripe;
  if ((stripes_ & bit) == 0) {
    range = {place.position, place.position};
  } else {
    range.first = std::min(range.first, place.position);
    range.last = std::max(range.last, place.position);
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

// nullopt: the answer lies in the future.
std::optional<Confirmation> Confirmations::Judge(const AwaitedPositions& places) const {
  for (const auto& [neighbour, held] : held_) {
    if (places.HeldBy(held)) return Confirmation::kConfirmed;
  }
  if (stopped_) return Confirmation::kTimedOut;
  if (waiters_.size() >= max_waiting_) return Confirmation::kRefused;
  return std::nullopt;
}

void Confirmations::Wait(const AwaitedPositions& places, int64_t now_ns, Done done) {
  Waiters one;
  one.push_back({places, now_ns + timeout_ns_, std::move(done)});
  std::optional<Confirmation> at_once;
  bool first = false;
  {
    MutexLock lock(&mu_);
    at_once = Judge(places);
    if (!at_once.has_value()) {
      first = waiters_.empty();
      waiters_.splice(waiters_.end(), one);
    }
  }
  if (first) wake_();
  if (at_once.has_value()) Finish(one, *at_once);
}

void Confirmations::Update(const std::string& neighbour, const HeldPositions& held) {
  Waiters confirmed;
  {
    MutexLock lock(&mu_);
    held_[neighbour] = held;
    for (auto at = waiters_.begin(); at != waiters_.end();) {
      const auto waiter = at++;
      if (waiter->places.HeldBy(held)) confirmed.splice(confirmed.end(), waiters_, waiter);
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
