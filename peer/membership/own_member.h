// Keeps this node's own membership entry and decides when to publish it: at most once a second, and
// only if it has changed enough, so that an idle herd is silent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "peer/protocol/member.h"

namespace proxyherd::peer {

// A load that has changed by more than an eighth, and by more than 16, is published after
// kOwnMemberIntervalNs; a smaller change may wait for kLoadSettlesNs.
inline constexpr int64_t kOwnMemberIntervalNs = 1 * kSecond;
inline constexpr int64_t kLoadSettlesNs = 10 * kSecond;

// A sample of the node's present load and limits.
struct LoadSample {
  uint64_t connections = 0;
  uint64_t max_connections = 0;  // 0: not known
  uint64_t reports = 0;          // since the start
  uint64_t max_clients = 0;      // 0: not known
  uint64_t max_table_bytes = 0;  // 0: not known
};

// No I/O. Accessed by the links thread only. Times named now_ns are monotonic, wall_ns since 1970.
class OwnMember {
 public:
  OwnMember(std::string node, uint64_t epoch_ns, NodeAddress address);

  // Compares the present state with the last published entry. Returns the entry to publish, if one
  // is due; with `repeat`, even if nothing has changed. A change of state never waits for the
  // interval, because a process changes its state only three times.
  std::optional<MemberEntry> Look(NodeState state, const LoadSample& sample,
                                  std::vector<LinkClaim> links, bool repeat, int64_t now_ns,
                                  int64_t wall_ns);
  // Sets the hash of the herd file. The caller must call Look soon.
  void SetTopology(uint64_t hash) { next_.topology_hash = hash; }
  // Returns the time at which Look is due next.
  int64_t NextLook() const { return next_look_ns_; }
  // Something has changed: Look is due as soon as another entry may be published.
  void LookSoon(int64_t now_ns);
  // The state has changed: Look is due immediately.
  void LookNow() { next_look_ns_ = 0; }
  // The state in the last published entry.
  NodeState published_state() const { return published_.state; }

  // Adds an announcement; the caller must call Look soon. Returns INVALID_ARGUMENT unless
  // IsAnnouncementText(text) and the lifetime is in [1 s, kMaxAnnouncementLifetimeNs];
  // RESOURCE_EXHAUSTED if kMaxAnnouncements have not expired yet.
  absl::StatusOr<Announcement> Post(std::string text, int64_t lifetime_ns, int64_t wall_ns);
  // Returns how many times Post has returned RESOURCE_EXHAUSTED.
  uint64_t posts_refused() const { return posts_refused_; }

 private:
  void Measure(const LoadSample& sample, int64_t now_ns);
  bool LoadChanged(int64_t now_ns) const;

  MemberEntry next_;  // present values
  MemberEntry published_;
  int64_t published_at_ns_ = 0;  // valid once published_.state is set
  int64_t next_look_ns_ = 0;
  std::optional<uint64_t> measured_reports_;
  int64_t measured_at_ns_ = 0;
  double reports_per_second_ = 0;
  uint64_t posts_refused_ = 0;
};

}  // namespace proxyherd::peer
