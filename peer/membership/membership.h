// The herd's second last-writer-wins map: has the newest entry that each node has published about
// itself.
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

// Equal to the maximum number of origins of records. Names change only over years.
inline constexpr size_t kMaxKnownNodes = 4096;

// An update ends with the entry that reaches this size, so it never delays records.
inline constexpr size_t kMembershipUpdateBytes = size_t{64} * 1024;
// Maximum entries in an update; only very small entries are as many as this.
inline constexpr size_t kMaxMembersInUpdate = 128;

// Results of merging the entries that neighbours sent.
struct MembershipCounters {
  uint64_t won = 0;
  uint64_t known = 0;  // this version or a newer one was known
  uint64_t malformed = 0;
  uint64_t no_room = 0;  // kMaxKnownNodes are already known
};

// Maximum new announcements logged per kNewsIntervalNs, so that a neighbour that invents
// announcements cannot fill the log.
inline constexpr size_t kMaxNews = 16;
inline constexpr int64_t kNewsIntervalNs = 60 * kSecond;

// No I/O. Accessed by the links thread only.
class Membership {
 public:
  // An announcement that was not known before.
  struct News {
    std::string node;
    Announcement announcement;
  };
  // Another process that publishes entries under this node's name, or a forgery of one.
  struct Rival {
    MemberVersion version;
    NodeAddress address;
  };
  struct Entry {
    std::optional<MemberEntry> member;  // nullopt: nothing received yet
    bool expected = false;              // in the herd file
    uint64_t change = 0;                // number of its last change, counted over all entries
    FollowerMask came_by = 0;           // links that delivered this version
  };
  // A neighbour's position in the changes. The neighbour gets all entries that changed before it
  // joined.
  struct Follower {
    uint64_t seen = 0;
    uint64_t joined = 0;
  };

  // `own`: this node. `expected`: nodes of the herd file, which `max_nodes` does not limit.
  Membership(std::string own, const std::vector<std::string>& expected,
             size_t max_nodes = kMaxKnownNodes);

  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  // Merges an entry that a neighbour sent. Returns true if it has won. `came_by`: see Feed.
  bool Merge(MemberEntry member, FollowerMask came_by);

  // Publishes this node's own entry, with a version newer than all versions of it known here.
  // member.version.epoch_ns must be the start of this process. REQUIRES: member.node is own().
  void Publish(MemberEntry member);
  // Returns true if neighbours sent an entry of this node that is greater than the last one
  // published, e.g. of an earlier process whose clock was ahead. Ignores the maximum version, which
  // only a malicious node sends.
  bool overtaken() const { return overtaken_; }

  // The newest rival whose entry was newer than this node's own on arrival.
  const Rival& rival() const { return rival_; }

  // Replaces the nodes of the herd file.
  void SetExpected(const std::vector<std::string>& expected);
  // Drops the entry of a node that is neither expected nor this node. A neighbour that still has
  // the entry may send it again.
  void Forget(const std::string& node);

  // Returns the position of a stream that has just come up.
  Follower Join() const { return {0, changes_}; }
  // Returns the changed entries that the follower lacks, oldest first, for one message; empty if it
  // lacks none. Entries that its own link (`mask`) delivered since it joined are omitted. REQUIRES:
  // `follower` comes from Join of this object.
  std::vector<MemberEntry> Take(Follower& follower, FollowerMask mask) const;

  // Returns the announcements that have become known since the last call; drops those beyond
  // kMaxNews in an interval.
  std::vector<News> TakeNews(int64_t now_ns);

  const std::string& own() const { return own_; }
  const std::map<std::string, Entry>& nodes() const { return nodes_; }
  const MembershipCounters& counters() const { return counters_; }

  // Asserts the invariants that hold between calls. Checked builds call it after each change.
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
  MemberVersion overtaken_by_;  // the greatest version received for this node
  bool overtaken_ = false;
  Rival rival_;
  MembershipCounters counters_;
  std::vector<News> news_;
  size_t news_reported_ = 0;  // in this interval
  int64_t news_since_ns_ = 0;
};

}  // namespace proxyherd::peer
