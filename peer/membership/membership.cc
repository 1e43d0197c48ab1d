// Merging and passing on of notices.
#include "peer/membership/membership.h"

#include <algorithm>
#include <utility>

namespace proxyherd {
namespace {

// The version after this one. Nobody can tell the very last ones apart any more.
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

void Membership::Set(Entry& entry, MemberEntry notice, FollowerMask came_by) {
  for (const Announcement& words : notice.people) {
    const auto same = [&](const Announcement& known) { return known.id == words.id; };
    const bool known = entry.notice.has_value() &&
                       std::any_of(entry.notice->people.begin(), entry.notice->people.end(), same);
    if (!known && news_.size() < kMaxNews) news_.push_back({notice.node, words});
  }
  by_change_.erase(entry.change);
  entry.notice = std::move(notice);
  entry.change = ++changes_;
  entry.came_by = came_by;
  by_change_[entry.change] = &entry;
}

void Membership::HearOfItself(const MemberEntry& notice) {
  ++counters_.known;
  if (notice.version > std::max(version_, overtaken_by_)) rival_ = {notice.version, notice.address};
  const std::optional<MemberEntry>& told = nodes_[own_].notice;
  if (told.has_value() && notice <= *told) return;
  overtaken_by_ = std::max(overtaken_by_, notice.version);
  overtaken_ |= notice.version < MemberVersion{kMaxMemberNumber, kMaxMemberNumber};
}

bool Membership::Merge(MemberEntry notice, FollowerMask came_by) {
  if (!IsValidMember(notice)) {
    ++counters_.malformed;
    return false;
  }
  if (notice.node == own_) {
    HearOfItself(notice);
    return false;
  }
  auto found = nodes_.find(notice.node);
  if (found == nodes_.end()) {
    if (nodes_.size() >= max_nodes_) {
      ++counters_.no_room;
      return false;
    }
    found = nodes_.emplace(notice.node, Entry{}).first;
  }
  Entry& entry = found->second;
  if (entry.notice.has_value() && notice <= *entry.notice) {
    // Who sends what is known here has it.
    if (notice == *entry.notice) entry.came_by |= came_by;
    ++counters_.known;
    return false;
  }
  ++counters_.won;
  Set(entry, std::move(notice), came_by);
  return true;
}

void Membership::Publish(MemberEntry notice) {
  MemberVersion next = After(std::max(version_, overtaken_by_));
  if (next.epoch_ns < notice.version.epoch_ns) next = {notice.version.epoch_ns, 1};
  version_ = notice.version = next;
  overtaken_ = false;
  Set(nodes_[own_], std::move(notice), 0);
}

void Membership::SetExpected(const std::vector<std::string>& expected) {
  for (auto& [name, entry] : nodes_) entry.expected = false;
  for (const std::string& name : expected) nodes_[name].expected = true;
  // Of one that was only expected there is nothing to keep.
  std::erase_if(nodes_, [this](const auto& node) {
    return node.first != own_ && !node.second.expected && !node.second.notice.has_value();
  });
}

void Membership::Forget(const std::string& node) {
  const auto found = nodes_.find(node);
  if (found == nodes_.end() || node == own_ || found->second.expected) return;
  by_change_.erase(found->second.change);
  nodes_.erase(found);
}

std::vector<Membership::News> Membership::TakeNews(int64_t now_ns) {
  if (now_ns >= news_since_ns_ + kNewsIntervalNs) {
    news_since_ns_ = now_ns;
    news_told_ = 0;
  }
  std::vector<News> news = std::exchange(news_, {});
  news.resize(std::min(news.size(), kMaxNews - news_told_));
  news_told_ += news.size();
  return news;
}

std::vector<MemberEntry> Membership::Take(Follower& follower, FollowerMask mask) const {
  std::vector<MemberEntry> taken;
  size_t bytes = 0;
  for (auto at = by_change_.upper_bound(follower.told);
       at != by_change_.end() && bytes < kMembershipUpdateBytes &&
       taken.size() < kMaxMembersInUpdate;
       ++at) {
    const Entry& entry = *at->second;
    follower.told = entry.change;
    if (entry.change > follower.joined && (entry.came_by & mask) != 0) continue;
    bytes += MemberBytes(*entry.notice);
    taken.push_back(*entry.notice);
  }
  return taken;
}

}  // namespace proxyherd
