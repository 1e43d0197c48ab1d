// The herd's second last-writer-wins map: for each node, the newest entry that it has published
// about itself.
//
// A node writes only its own entry; of two versions the greater wins. Merging is commutative,
// associative and idempotent, and an entry that does not win is not forwarded, so every flood ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/feed.h"
#include "peer/protocol/member.h"

namespace proxyherd::peer {

// As many nodes as there may be origins of records; names change only over years.
inline constexpr size_t kMaxKnownNodes = 4096;

// An update ends at this size, or one entry later, so that it never delays records.
inline constexpr size_t kMembershipUpdateBytes = size_t{64} * 1024;
// Maximum entries in an update: far more than fit, except for the smallest ones.
inline constexpr size_t kMaxMembersInUpdate = 128;

// Results of merging the entries that neighbours sent.
struct MembershipCounters {
  uint64_t won = 0;
  uint64_t known = 0;  // this version, or a newer one
  uint64_t malformed = 0;
  uint64_t no_room = 0;  // kMaxKnownNodes are already known
};

// Maximum number of new announcements that are logged per interval, so that a neighbour that
// invents announcements cannot fill the log.
inline constexpr size_t kMaxNews = 16;
inline constexpr int64_t kNewsIntervalNs = 60 * kSecond;

// Pure. Accessed by the links thread only.
class Membership {
 public:
  // An announcement that has become known.
  struct News {
    std::string node;
    Announcement announcement;
  };
  // Another process that publishes an entry under this node's name. It proves nothing: an entry can
  // be forged.
  struct Rival {
    MemberVersion version;
    NodeAddress address;
  };
  struct Entry {
    std::optional<MemberEntry> member;  // nullopt: never heard of
    bool expected = false;              // in the herd file
    uint64_t change = 0;                // number of its last change, counted over all entries
    FollowerMask came_by = 0;           // links that delivered this version
  };
  // A neighbour's position in the changes. It gets all entries that changed before it joined.
  struct Follower {
    uint64_t seen = 0;
    uint64_t joined = 0;
  };

  // `own`: this node. `expected`: the nodes of the herd file, for which there is always room.
  Membership(std::string own, const std::vector<std::string>& expected,
             size_t max_nodes = kMaxKnownNodes);

  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  // Merges an entry that a neighbour sent. Returns true if it has won. `came_by`: see Feed.
  bool Merge(MemberEntry member, FollowerMask came_by);

  // Publishes this node's own entry, with a version that is newer than all that the herd remembers.
  // member.version.epoch_ns is the start of this process. REQUIRES: member.node is own().
  void Publish(MemberEntry member);
  // Returns true if the herd remembers an entry of this node that is greater than the last one
  // published, from an earlier process whose clock was ahead. The maximum version cannot be
  // overtaken; only a malicious node sends it.
  bool overtaken() const { return overtaken_; }

  // The newest entry of a rival, if it was newer than this node's own when it came.
  const Rival& rival() const { return rival_; }

  // Replaces the nodes of the herd file.
  void SetExpected(const std::vector<std::string>& expected);
  // Drops the entry of a node that is neither expected nor this one. A neighbour that still has it
  // may send it again.
  void Forget(const std::string& node);

  // Returns the position of a stream that has just come up.
  Follower Join() const { return {0, changes_}; }
  // Returns the changes that the follower lacks, oldest first, at most one message; empty if it has
  // all. Entries that came by its own link (`mask`) since it joined are left out. REQUIRES: the
  // follower is of this Membership.
  std::vector<MemberEntry> Take(Follower& follower, FollowerMask mask) const;

  // Returns the announcements that have become known since the last call; those beyond kMaxNews in
  // an interval are dropped.
  std::vector<News> TakeNews(int64_t now_ns);

  const std::string& own() const { return own_; }
  const std::map<std::string, Entry>& nodes() const { return nodes_; }
  const MembershipCounters& counters() const { return counters_; }

  // Asserts what holds between any two calls. Checked builds call it after each change.
  void CheckInvariants() const;

 private:
  void HearOfItself(const MemberEntry& member);
  void Set(Entry& entry, MemberEntry member, FollowerMask came_by);

  const std::string own_;
  const size_t max_nodes_;
  std::map<std::string, Entry> nodes_;
  std::map<uint64_t, const Entry*> by_change_;
  uint64_t changes_ = 0;
  MemberVersion version_;       // of the own entry
  MemberVersion overtaken_by_;  // the greatest that was received for this node
  bool overtaken_ = false;
  Rival rival_;
  MembershipCounters counters_;
  std::vector<News> news_;
  size_t news_reported_ = 0;  // in this interval
  int64_t news_since_ns_ = 0;
};

}  // namespace proxyherd::peer
