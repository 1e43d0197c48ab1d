#include "core/follower_set.h"

#include <bit>
#include <utility>

namespace proxyherd {

std::optional<FollowerId> FollowerSet::Add(std::function<void()> wake) {
  MutexLock lock(&mu_);
  if (used_ == ~FollowerMask{0}) return std::nullopt;
  const auto id = static_cast<FollowerId>(std::countr_one(used_));
  used_ |= MaskOf(id);
  wake_[id] = std::move(wake);
  return id;
}

void FollowerSet::Remove(FollowerId id) {
  MutexLock lock(&mu_);
  SetBusy(id);
  used_ &= ~MaskOf(id);
  wake_[id] = nullptr;
}

void FollowerSet::WakeSome(FollowerMask except) {
  MutexLock lock(&mu_);
  const FollowerMask sleeping = idle_.fetch_and(except) & ~except;
  for (FollowerMask rest = sleeping; rest != 0; rest &= rest - 1) {
    const auto& wake = wake_[static_cast<FollowerId>(std::countr_zero(rest))];
    if (wake) wake();
  }
}

}  // namespace proxyherd
