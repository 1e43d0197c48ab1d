// The notices of a node's links: the board of what all nodes tell, what this node tells of itself,
// and what of both is news for people.
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

namespace proxyherd {

// A node that is not in the herd file, and that no way of links leads to, has left, or was renamed,
// or never was: it is dropped after this time, so that nobody is shown as down for ever. Long
// enough for a restart, which its neighbours' files may outlast; and what is dropped too early is
// told again with its next notice, or by the next handshake with who knows it.
inline constexpr int64_t kForgetUnlistedNs = 60 * kSecond;

// Files that differ are worth a line in the log after this time: whoever changes them sends SIGHUP
// to one node after the other. The metrics tell it at once.
inline constexpr int64_t kHerdFilesSettleNs = 5 * kSecond;

// Nodes that are named to the log for being in no herd file of ours, at a time.
inline constexpr size_t kMaxUnlistedSaid = 16;

// Pure. Of the links thread. Whatever changes the board returns whether there is something to send
// to the neighbours, and leaves the sending to its owner.
class MembershipExchange {
 public:
  using OnEvent = std::function<void(const LinkEvent&)>;

  // `load`: see LinkSet::Callbacks. References must outlive it.
  MembershipExchange(const LinkIdentity& own, Env& env, std::function<LoadSample()> load,
                     OnEvent event);

  // See LinkSet::Tell.
  void Tell(NodeState state);
  // Another process has taken this node's name: what it tells of itself is no longer overtaken.
  void Yield() { yields_ = true; }
  // See OwnMember::Post.
  absl::StatusOr<Announcement> Post(std::string text, int64_t lifetime_ns);
  // A link or something else has changed that is worth a look at the own notice.
  void LookSoon() { own_member_.LookSoon(env_.MonotonicNs()); }
  int64_t NextLook() const { return own_member_.NextLook(); }
  // Looks whether this node has something to tell of itself, and compares herd files; `links`: as
  // they are now.
  bool Look(std::vector<LinkClaim> links);
  // The identity's herd file describes other nodes or links than before. Who is no longer in it is
  // dropped as soon as it is not heard.
  void OnReshaped();
  // What the other nodes' limits allow. Told to the log when who binds has changed since the last
  // call. `own`: this node's limits.
  GrowthLimit FindBound(const GrowthLimit& own);
  // Takes what a neighbour sent. `came_by`: see Feed.
  bool Merge(const MembershipUpdate& notices, FollowerMask came_by);
  // Tells the log of words for people that have become known.
  void TellNews();

  // The board has the present state of this node.
  bool told_state() const { return own_member_.told_state() == own_state_; }

  Membership::Follower Join() const { return board_.Join(); }
  MembershipUpdate Take(Membership::Follower& follower, FollowerMask mask) const {
    return MembershipUpdate{board_.Take(follower, mask)};
  }
  const Membership& board() const { return board_; }
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

  Membership board_;
  OwnMember own_member_;
  HerdBoundFinder bound_finder_;
  std::string bound_by_;  // in words
  NodeState own_state_ = NodeState::kStarting;
  bool yields_ = false;

  // Those not in the herd file.
  std::map<std::string, int64_t> unheard_since_ns_;
  std::set<std::string> removed_;  // since the herd file was read last
  std::map<std::string, int64_t> unlisted_since_ns_;
  std::set<std::string> said_unlisted_;
  int64_t same_files_ns_ = 0;  // when no file differed last
  bool said_differing_ = false;
  uint64_t unlisted_ = 0;
  uint64_t differing_ = 0;
};

}  // namespace proxyherd
