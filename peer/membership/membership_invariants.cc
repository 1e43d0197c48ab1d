// Checks the invariants of a membership.
#include "base/check.h"
#include "peer/membership/membership.h"

namespace proxyherd::peer {

void Membership::CheckInvariants() const {
  PROXYHERD_INVARIANT(nodes_.count(own_) == 1);
  size_t members = 0;
  for (const auto& [name, entry] : nodes_) {
    if (entry.member.has_value()) {
      ++members;
      PROXYHERD_INVARIANT(entry.member->node == name);
      PROXYHERD_INVARIANT(entry.change > 0 && entry.change <= changes_);
      const auto change = by_change_.find(entry.change);
      PROXYHERD_INVARIANT(change != by_change_.end() && change->second == &entry);
    } else {
      PROXYHERD_INVARIANT(entry.expected || name == own_);
      PROXYHERD_INVARIANT(entry.change == 0 && entry.came_by == 0);
    }
  }
  PROXYHERD_INVARIANT(by_change_.size() == members);
  // Checks only the newest entry, because an entry never changes once it is in the membership.
  if (!by_change_.empty()) {
    const MemberEntry& newest = *by_change_.rbegin()->second->member;
    PROXYHERD_INVARIANT(newest.node == own_ || IsValidMember(newest));
  }
  const Entry& own = nodes_.at(own_);
  PROXYHERD_INVARIANT(own.came_by == 0);
  PROXYHERD_INVARIANT(!own.member.has_value() || own.member->version == version_);
  PROXYHERD_INVARIANT(!overtaken_ || overtaken_by_ >= version_);
  PROXYHERD_INVARIANT(news_.size() <= kMaxNews && news_reported_ <= kMaxNews);
}

}  // namespace proxyherd::peer
