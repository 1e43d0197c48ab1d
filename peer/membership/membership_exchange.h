// Combines the membership that a node's links exchange with this node's own entry, and logs changes
// of both.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/env.h"
#include "peer/membership/herd_bound.h"
#include "peer/membership/link_view.h"
#include "peer/membership/membership.h"
#include "peer/membership/own_member.h"
#include "peer/protocol/handshake.h"

namespace proxyherd::peer {

// A node that is not in the herd file, and that no path of links reaches, has left, was renamed or
// never existed. It is dropped after this time, so that it is not shown as down forever. The time
// is long enough for a restart, during which its neighbours' files may still have it. An entry that
// is dropped too early returns with its next version, or at the next handshake with a node that has
// the entry.
inline constexpr int64_t kForgetUnlistedNs = 60 * kSecond;

// Differing herd files are logged only after this time, because an operator who changes them sends
// SIGHUP to one node after the other. The metrics show the difference immediately.
inline constexpr int64_t kHerdFilesSettleNs = 5 * kSecond;

// Maximum number of nodes missing in our herd file that are remembered as already logged.
inline constexpr size_t kMaxUnlistedLogged = 16;

// No I/O. Accessed by the links thread only. Calls that change the membership return true if the
// owner must send entries to the neighbours.
class MembershipExchange {
 public:
  using OnEvent = std::function<void(const LinkEvent&)>;

  // `load`: see LinkSet::Owner. References must outlive this object.
  MembershipExchange(const LinkIdentity& own, Env& env, std::function<LoadSample()> load,
                     OnEvent event);

  // See LinkSet::PublishState.
  void PublishState(NodeState state);
  // Another process has taken this node's name: stops overtaking that process's entries.
  void Yield() { yields_ = true; }
  // See OwnMember::Post.
  absl::StatusOr<Announcement> Post(std::string text, int64_t lifetime_ns);
  // Schedules a Look, because something in the own entry has changed, e.g. a link.
  void LookSoon() { own_member_.LookSoon(env_.MonotonicNs()); }
  int64_t NextLook() const { return own_member_.NextLook(); }
  // Publishes this node's own entry if it has changed enough, and compares herd files. `links`: the
  // present state of each link.
  bool Look(std::vector<LinkClaim> links);
  // The nodes or links of the identity (`own`) have changed with the herd file. Nodes that are no
  // longer in the file are dropped as soon as they are not heard.
  void OnReshaped();
  // Returns the limit that the other nodes impose. Logs it if the binding nodes or their limits
  // have changed since the last call. `own`: this node's limits.
  GrowthLimit FindBound(const GrowthLimit& own);
  // Merges an update that a neighbour sent. `came_by`: see Feed.
  bool Merge(const MembershipUpdate& update, FollowerMask came_by);
  // Logs announcements that have become known.
  void ReportNews();

  // Returns true if the membership has the present state of this node.
  bool published_state() const { return own_member_.published_state() == own_state_; }

  Membership::Follower Join() const { return membership_.Join(); }
  MembershipUpdate Take(Membership::Follower& follower, FollowerMask mask) const {
    return MembershipUpdate{membership_.Take(follower, mask)};
  }
  const Membership& membership() const { return membership_; }
  void FillView(LinkSetView& view) const;

 private:
  void CompareHerdFiles(const std::vector<NodeView>& nodes);
  void ForgetUnlisted(const std::vector<NodeView>& nodes);
  void ForgetSaid(const std::string& node);
  void SayDiffering(std::vector<std::string> differing);
  void SayUnlisted(const std::vector<std::string>& unlisted);

  const LinkIdentity& own_;
  Env& env_;
  const std::function<LoadSample()> load_;
  const OnEvent event_;

  Membership membership_;
  OwnMember own_member_;
  HerdBoundFinder bound_finder_;
  std::string bound_by_;  // text for operators
  NodeState own_state_ = NodeState::kStarting;
  bool yields_ = false;

  // About nodes that are not in the herd file.
  std::map<std::string, int64_t> unheard_since_ns_;
  std::set<std::string> removed_;  // since the herd file was last read
  std::map<std::string, int64_t> unlisted_since_ns_;
  std::set<std::string> said_unlisted_;
  int64_t same_files_ns_ = 0;  // last time when no file differed
  bool said_differing_ = false;
  uint64_t unlisted_ = 0;
  uint64_t differing_ = 0;
};

}  // namespace proxyherd::peer
