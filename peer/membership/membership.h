// The second register map of the herd: what each node last told of itself, keyed by node.
//
// A node writes only its own entry; of two notices of a node the greater counts. Merging is
// commutative, associative and idempotent, and what does not win is not passed on: so every flood
// ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/feed.h"
#include "peer/protocol/member.h"

namespace proxyherd {

// As many nodes as there may be origins of records; names only come and go over years.
inline constexpr size_t kMaxKnownNodes = 4096;

// A message of notices ends at this size, or one notice later, so that it never holds records up.
inline constexpr size_t kMembershipUpdateBytes = size_t{64} * 1024;
// How many a message may have: far more than fit, but for the smallest ones.
inline constexpr size_t kMaxMembersInUpdate = 128;

// What became of notices that neighbours sent.
struct MembershipCounters {
  uint64_t won = 0;
  uint64_t known = 0;  // this very one, or a newer one
  uint64_t malformed = 0;
  uint64_t no_room = 0;  // kMaxKnownNodes are known already
};

// Words for people that are new here are told to the log, so many in so long: a neighbour that
// makes them up does not fill it.
inline constexpr size_t kMaxNews = 16;
inline constexpr int64_t kNewsIntervalNs = 60 * kSecond;

// Pure. Of the links thread.
class Membership {
 public:
  // Words for people, as they become known.
  struct News {
    std::string node;
    Announcement words;
  };
  // Another process that announces itself under this node's name. It proves nothing: an
  // announcement can be forged.
  struct Rival {
    MemberVersion version;
    NodeAddress address;
  };
  struct Entry {
    std::optional<MemberEntry> notice;  // nothing: never heard of
    bool expected = false;              // in the herd file
    uint64_t change = 0;                // when it changed last, counted over all entries
    FollowerMask came_by = 0;           // links that this version came in by
  };
  // How far a neighbour has been told. What had changed before it joined it is told whole.
  struct Follower {
    uint64_t told = 0;
    uint64_t joined = 0;
  };

  // `own`: this node. `expected`: the nodes of the herd file, for whom there is always room.
  Membership(std::string own, const std::vector<std::string>& expected,
             size_t max_nodes = kMaxKnownNodes);

  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  // Takes what a neighbour sent; true when the board has changed. `came_by`: see Feed.
  bool Merge(MemberEntry notice, FollowerMask came_by);

  // Makes known what this node tells of itself, with a version that is newer than all that the herd
  // remembers; notice.version.epoch_ns is the start of this process.
  void Publish(MemberEntry notice);
  // The herd remembers a notice of this node that is greater than the one published last, from an
  // earlier process whose clock was ahead. The very last version cannot be overtaken; it is only
  // sent with intent to harm.
  bool overtaken() const { return overtaken_; }

  // The newest announcement of one, if it is newer than this node's own at that time.
  const Rival& rival() const { return rival_; }

  // The herd file names these nodes now.
  void SetExpected(const std::vector<std::string>& expected);
  // Drops what is known of a node that is not expected, nor this one. A neighbour that still knows
  // it may tell it again.
  void Forget(const std::string& node);

  // For a stream that has just come up.
  Follower Join() const { return {0, changes_}; }
  // What has changed for the follower, oldest first, one message at most; nothing when it is told
  // all. What came by its own link (`mask`) since it joined is left out.
  std::vector<MemberEntry> Take(Follower& follower, FollowerMask mask) const;

  // The words that have become known since the last call; of too many the rest is left out.
  std::vector<News> TakeNews(int64_t now_ns);

  const std::string& own() const { return own_; }
  const std::map<std::string, Entry>& nodes() const { return nodes_; }
  const MembershipCounters& counters() const { return counters_; }

 private:
  void HearOfItself(const MemberEntry& notice);
  void Set(Entry& entry, MemberEntry notice, FollowerMask came_by);

  const std::string own_;
  const size_t max_nodes_;
  std::map<std::string, Entry> nodes_;
  std::map<uint64_t, const Entry*> by_change_;
  uint64_t changes_ = 0;
  MemberVersion version_;       // of the own notice
  MemberVersion overtaken_by_;  // the greatest that was heard of this node
  bool overtaken_ = false;
  Rival rival_;
  MembershipCounters counters_;
  std::vector<News> news_;
  size_t news_told_ = 0;  // in this interval
  int64_t news_since_ns_ = 0;
};

}  // namespace proxyherd
