// What this node tells of itself, and when: at most once a second, and only what has changed
// enough, so that an idle herd is silent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "peer/protocol/member.h"

namespace proxyherd {

// Load is told anew at once when it has moved by an eighth, and by more than a few; else it may be
// this old.
inline constexpr int64_t kOwnMemberIntervalNs = 1 * kSecond;
inline constexpr int64_t kLoadSettlesNs = 10 * kSecond;

// What the rest of the node knows of its load just now.
struct LoadSample {
  uint64_t connections = 0;
  uint64_t max_connections = 0;  // 0: not known
  uint64_t reports = 0;          // since the start
  uint64_t max_clients = 0;      // 0: not known
  uint64_t max_table_bytes = 0;  // 0: not known
};

// Pure. Of the links thread. Times named now_ns are monotonic, wall_ns since 1970.
class OwnMember {
 public:
  OwnMember(std::string node, uint64_t epoch_ns, NodeAddress address);

  // Looks at everything; the notice to publish, if it is time for one. `repeat`: though nothing has
  // changed. A change of state does not wait: it comes three times in a life.
  std::optional<MemberEntry> Look(NodeState state, const LoadSample& sample,
                                  std::vector<LinkClaim> links, bool repeat, int64_t now_ns,
                                  int64_t wall_ns);
  // What the herd file describes now; the caller looks soon.
  void SetTopology(uint64_t hash) { next_.topology_hash = hash; }
  // When to look next.
  int64_t NextLook() const { return next_look_ns_; }
  // Something has changed that is worth a look as soon as another notice may go.
  void LookSoon(int64_t now_ns);
  // The state has changed.
  void LookNow() { next_look_ns_ = 0; }
  // The state that was published last.
  NodeState told_state() const { return told_.state; }

  // Words for people; the caller looks soon. INVALID_ARGUMENT: a text that is not
  // IsAnnouncementText, or a lifetime outside of [1 s, kMaxAnnouncementLifetimeNs].
  // RESOURCE_EXHAUSTED: kMaxAnnouncements are current.
  absl::StatusOr<Announcement> Post(std::string text, int64_t lifetime_ns, int64_t wall_ns);
  // How often it was exhausted.
  uint64_t posts_refused() const { return posts_refused_; }

 private:
  void Measure(const LoadSample& sample, int64_t now_ns);
  bool LoadChanged(int64_t now_ns) const;

  MemberEntry next_;  // as it is now
  MemberEntry told_;
  int64_t told_at_ns_ = 0;  // once told_.state is set
  int64_t next_look_ns_ = 0;
  std::optional<uint64_t> measured_reports_;
  int64_t measured_at_ns_ = 0;
  double reports_per_second_ = 0;
  uint64_t posts_refused_ = 0;
};

}  // namespace proxyherd
