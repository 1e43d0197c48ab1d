#include "peer/membership/membership.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/check.h"

namespace proxyherd::peer {
namespace {

// Returns the version after this one. The maximum version is its own successor.
MemberVersion After(MemberVersion version) {
  if (version.sequence < kMaxMemberNumber) return {version.epoch_ns, version.sequence + 1};
  return {std::min(version.epoch_ns + 1, kMaxMemberNumber), 1};
}

}  // namespace

Membership::Membership(std::string own, const std::vector<std::string>& expected, size_t max_nodes)
    : own_(std::move(own)), max_nodes_(max_nodes) {
  nodes_[own_];
  for (const std::string& name : expected) nodes_[name].expected = true;
}

void Membership::Set(Entry& entry, MemberEntry member, FollowerMask came_by) {
  for (const Announcement& announcement : member.people) {
    const auto same = [&](const Announcement& known) { return known.id == announcement.id; };
    const bool known = entry.member.has_value() &&
                       std::any_of(entry.member->people.begin(), entry.member->people.end(), same);
    if (!known && news_.size() < kMaxNews) news_.push_back({member.node, announcement});
  }
  by_change_.erase(entry.change);
  entry.member = std::move(member);
  entry.change = ++changes_;
  entry.came_by = came_by;
  by_change_[entry.change] = &entry;
}

void Membership::HearOfItself(const MemberEntry& member) {
  ++counters_.known;
  if (member.version > std::max(version_, overtaken_by_)) rival_ = {member.version, member.address};
  const std::optional<MemberEntry>& published = nodes_[own_].member;
  if (published.has_value() && member <= *published) return;
  overtaken_by_ = std::max(overtaken_by_, member.version);
  overtaken_ |= member.version < MemberVersion{kMaxMemberNumber, kMaxMemberNumber};
  PROXYHERD_CHECK_INVARIANTS(*this);
}

bool Membership::Merge(MemberEntry member, FollowerMask came_by) {
  if (!IsValidMember(member)) {
    ++counters_.malformed;
    return false;
  }
  if (member.node == own_) {
    HearOfItself(member);
    return false;
  }
  auto found = nodes_.find(member.node);
  if (found == nodes_.end()) {
    if (nodes_.size() >= max_nodes_) {
      ++counters_.no_room;
      return false;
    }
    found = nodes_.emplace(member.node, Entry{}).first;
  }
  Entry& entry = found->second;
  if (entry.member.has_value() && member <= *entry.member) {
    // The neighbour has this entry, so it need not be sent back.
    if (member == *entry.member) entry.came_by |= came_by;
    ++counters_.known;
    return false;
  }
  ++counters_.won;
  Set(entry, std::move(member), came_by);
  PROXYHERD_CHECK_INVARIANTS(*this);
  return true;
}

void Membership::Publish(MemberEntry member) {
  assert(member.node == own_);
  MemberVersion next = After(std::max(version_, overtaken_by_));
  if (next.epoch_ns < member.version.epoch_ns) next = {member.version.epoch_ns, 1};
  version_ = member.version = next;
  overtaken_ = false;
  Set(nodes_[own_], std::move(member), 0);
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void Membership::SetExpected(const std::vector<std::string>& expected) {
  for (auto& [name, entry] : nodes_) entry.expected = false;
  for (const std::string& name : expected) nodes_[name].expected = true;
  // A node that is no longer expected and has no entry is not worth keeping.
  std::erase_if(nodes_, [this](const auto& node) {
    return node.first != own_ && !node.second.expected && !node.second.member.has_value();
  });
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void Membership::Forget(const std::string& node) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end() || node == own_ || found->second.expected) return;
  by_change_.erase(found->second.change);
  nodes_.erase(found);
  PROXYHERD_CHECK_INVARIANTS(*this);
}

std::vector<Membership::News> Membership::TakeNews(int64_t now_ns) {
  if (now_ns >= news_since_ns_ + kNewsIntervalNs) {
    news_since_ns_ = now_ns;
    news_reported_ = 0;
  }
  std::vector<News> news = std::exchange(news_, {});
  news.resize(std::min(news.size(), kMaxNews - news_reported_));
  news_reported_ += news.size();
  return news;
}

std::vector<MemberEntry> Membership::Take(Follower& follower, FollowerMask mask) const {
  assert(follower.seen <= changes_);
  std::vector<MemberEntry> taken;
  size_t bytes = 0;
  for (auto at = by_change_.upper_bound(follower.seen);
       at != by_change_.end() && bytes < kMembershipUpdateBytes &&
       taken.size() < kMaxMembersInUpdate;
       ++at) {
    const Entry& entry = *at->second;
    follower.seen = entry.change;
    if (entry.change > follower.joined && (entry.came_by & mask) != 0) continue;
    bytes += MemberBytes(*entry.member);
    taken.push_back(*entry.member);
  }
  return taken;
}

}  // namespace proxyherd::peer
