#include "peer/membership/membership_exchange.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace proxyherd::peer {
namespace {

// Maximum number of nodes that a log line names; more names add nothing.
constexpr size_t kMaxNamed = 3;

std::string NamesOf(std::vector<std::string> names) {
  const size_t more = names.size() - std::min(names.size(), kMaxNamed);
  names.resize(names.size() - more);
  return absl::StrCat(absl::StrJoin(names, ", "),
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"));
}

}  // namespace

MembershipExchange::MembershipExchange(const LinkIdentity& own, Env& env,
                                       std::function<LoadSample()> load, OnEvent event)
    : own_(own),
      env_(env),
      load_(std::move(load)),
      event_(std::move(event)),
      membership_(own.node, own.nodes),
      own_member_(own.node, own.epoch_ns, own.address),
      bound_finder_(own.node) {
  own_member_.SetTopology(own.topology_hash);
}

void MembershipExchange::PublishState(NodeState state) {
  if (state <= own_state_) return;
  own_state_ = state;
  // Not immediately, because a sender may be handling an event now.
  own_member_.LookNow();
}

absl::StatusOr<Announcement> MembershipExchange::Post(std::string text, int64_t lifetime_ns) {
  LookSoon();
  return own_member_.Post(std::move(text), lifetime_ns, env_.NowNs());
}

bool MembershipExchange::Look(std::vector<LinkClaim> links) {
  const LoadSample load = load_ == nullptr ? LoadSample{} : load_();
  std::optional<MemberEntry> member =
      own_member_.Look(own_state_, load, std::move(links), membership_.overtaken() && !yields_,
                       env_.MonotonicNs(), env_.NowNs());
  const bool publishes = member.has_value();
  if (publishes) membership_.Publish(*std::move(member));
  const std::vector<NodeView> nodes = ViewNodes(membership_);
  CompareHerdFiles(nodes);
  ForgetUnlisted(nodes);
  return publishes;
}

GrowthLimit MembershipExchange::FindBound(const GrowthLimit& own) {
  const HerdBound bound = bound_finder_.Find(ViewNodes(membership_), own, env_.MonotonicNs());
  std::string text = Describe(bound);
  if (text != bound_by_) {
    bound_by_ = std::move(text);
    event_({LinkEvent::Kind::kBound, "", bound_by_});
  }
  return bound.limit;
}

void MembershipExchange::OnReshaped() {
  for (const auto& [name, entry] : membership_.nodes()) {
    if (entry.expected) removed_.insert(name);
  }
  for (const std::string& name : own_.nodes) removed_.erase(name);
  membership_.SetExpected(own_.nodes);
  own_member_.SetTopology(own_.topology_hash);
  LookSoon();
}

// Hashes show that two files differ, but not which one is older.
void MembershipExchange::CompareHerdFiles(const std::vector<NodeView>& nodes) {
  std::vector<std::string> differing;
  std::vector<std::string> unlisted;
  for (const NodeView& node : nodes) {
    if (!node.heard || node.member == nullptr || node.name == own_.node) continue;
    const uint64_t hash = node.member->topology_hash;
    if (hash != 0 && hash != own_.topology_hash) differing.push_back(node.name);
    if (!node.expected) unlisted.push_back(node.name);
  }
  unlisted_ = unlisted.size();
  differing_ = differing.size();
  SayUnlisted(unlisted);
  SayDiffering(std::move(differing));
}

void MembershipExchange::SayDiffering(std::vector<std::string> differing) {
  const int64_t now_ns = env_.MonotonicNs();
  if (differing.empty()) {
    same_files_ns_ = now_ns;
    if (std::exchange(said_differing_, false)) event_({LinkEvent::Kind::kHerdFilesAgree, "", ""});
  } else if (!said_differing_ && now_ns >= same_files_ns_ + kHerdFilesSettleNs) {
    said_differing_ = true;
    event_({LinkEvent::Kind::kHerdFilesDiffer, differing.front(),
            absl::StrCat(NamesOf(std::move(differing)),
                         " read a herd file that describes other nodes or links than this node's; "
                         "the older file has to be changed and reloaded by SIGHUP")});
  }
}

void MembershipExchange::SayUnlisted(const std::vector<std::string>& unlisted) {
  const int64_t now_ns = env_.MonotonicNs();
  for (const std::string& name : unlisted) {
    const int64_t since_ns = unlisted_since_ns_.emplace(name, now_ns).first->second;
    if (now_ns < since_ns + kHerdFilesSettleNs || said_unlisted_.size() == kMaxUnlistedLogged ||
        !said_unlisted_.insert(name).second) {
      continue;
    }
    event_({LinkEvent::Kind::kHerdFilesDiffer, name,
            absl::StrCat(name,
                         " is a node of the herd and not in this node's herd file; if it has "
                         "joined, add it there and reload by SIGHUP")});
  }
}

void MembershipExchange::ForgetUnlisted(const std::vector<NodeView>& nodes) {
  const int64_t now_ns = env_.MonotonicNs();
  std::vector<std::string> forgotten;
  for (const NodeView& node : nodes) {
    if (node.expected || node.heard) {
      unheard_since_ns_.erase(node.name);
      if (node.expected) ForgetSaid(node.name);
      continue;
    }
    const int64_t since_ns = unheard_since_ns_.emplace(node.name, now_ns).first->second;
    if (removed_.count(node.name) != 0 || now_ns >= since_ns + kForgetUnlistedNs) {
      forgotten.push_back(node.name);
    }
  }
  for (const std::string& name : forgotten) {
    membership_.Forget(name);
    unheard_since_ns_.erase(name);
    removed_.erase(name);
    ForgetSaid(name);
  }
}

void MembershipExchange::ForgetSaid(const std::string& node) {
  unlisted_since_ns_.erase(node);
  said_unlisted_.erase(node);
}

bool MembershipExchange::Merge(const MembershipUpdate& update, FollowerMask came_by) {
  bool changed = false;
  for (const MemberEntry& member : update.nodes) changed |= membership_.Merge(member, came_by);
  if (membership_.overtaken()) LookSoon();
  return changed;
}

void MembershipExchange::ReportNews() {
  for (const Membership::News& news : membership_.TakeNews(env_.MonotonicNs())) {
    if (!IsCurrent(news.announcement, env_.NowNs())) continue;
    event_({LinkEvent::Kind::kAnnouncement, news.node, news.announcement.text});
  }
}

void MembershipExchange::FillView(LinkSetView& view) const {
  view.nodes = CountStates(ViewNodes(membership_));
  view.differing_files = differing_;
  view.unlisted_nodes = unlisted_;
  view.announcements = CountAnnouncements(membership_, env_.NowNs());
  view.membership = membership_.counters();
  view.posts_refused = own_member_.posts_refused();
  view.bound_by = bound_by_;
}

}  // namespace proxyherd::peer
