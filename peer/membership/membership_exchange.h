// The membership as a node's links exchange it: the entries of all nodes, this node's own entry,
// and what is logged about both.
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
// never existed. It is dropped after this time, so that it is not shown as down for ever. The time
// is long enough for a restart, during which its neighbours' files may still have it. An entry that
// is dropped too early returns with its next version, or with the next handshake with a node that
// has it.
inline constexpr int64_t kForgetUnlistedNs = 60 * kSecond;

// Differing herd files are logged after this time, because an operator who changes them sends
// SIGHUP to one node after the other. The metrics show it immediately.
inline constexpr int64_t kHerdFilesSettleNs = 5 * kSecond;

// Maximum number of nodes that are remembered as logged for being missing in our herd file.
inline constexpr size_t kMaxUnlistedLogged = 16;

// Pure. Accessed by the links thread only. Calls that change the membership return true if there is
// something to send to the neighbours; the owner sends it.
class MembershipExchange {
 public:
  using OnEvent = std::function<void(const LinkEvent&)>;

  // `load`: see LinkSet::Callbacks. References must outlive it.
  MembershipExchange(const LinkIdentity& own, Env& env, std::function<LoadSample()> load,
                     OnEvent event);

  // See LinkSet::PublishState.
  void PublishState(NodeState state);
  // Another process has taken this node's name: its entries are no longer overtaken.
  void Yield() { yields_ = true; }
  // See OwnMember::Post.
  absl::StatusOr<Announcement> Post(std::string text, int64_t lifetime_ns);
  // Schedules a Look because something has changed that the own entry shows, e.g. a link.
  void LookSoon() { own_member_.LookSoon(env_.MonotonicNs()); }
  int64_t NextLook() const { return own_member_.NextLook(); }
  // Publishes this node's own entry if it has changed enough, and compares herd files. `links`:
  // their present state.
  bool Look(std::vector<LinkClaim> links);
  // The identity's herd file describes other nodes or links than before. Nodes that it no longer
  // has are dropped as soon as they are not heard.
  void OnReshaped();
  // Returns the limit that the other nodes impose, and logs it if the binding nodes have changed
  // since the last call. `own`: this node's limits.
  GrowthLimit FindBound(const GrowthLimit& own);
  // Merges an update that a neighbour sent. `came_by`: see Feed.
  bool Merge(const MembershipUpdate& update, FollowerMask came_by);
  // Logs announcements that have become known.
  void ReportNews();

  // The membership has the present state of this node.
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

  // Nodes that are not in the herd file.
  std::map<std::string, int64_t> unheard_since_ns_;
  std::set<std::string> removed_;  // since the herd file was last read
  std::map<std::string, int64_t> unlisted_since_ns_;
  std::set<std::string> said_unlisted_;
  int64_t same_files_ns_ = 0;  // last time at which no file differed
  bool said_differing_ = false;
  uint64_t unlisted_ = 0;
  uint64_t differing_ = 0;
};

}  // namespace proxyherd::peer
