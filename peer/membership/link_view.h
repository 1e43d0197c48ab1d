// The links as operators see them: events for the log, and the state of each link.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "peer/membership/membership.h"
#include "peer/membership/node_views.h"
#include "peer/protocol/link_limits.h"
#include "peer/protocol/link_state.h"
#include "peer/protocol/merge_batch.h"

namespace proxyherd::peer {

// An event to log. StateLog and RefusalLog bound the number of lines per link.
struct LinkEvent {
  enum class Kind {
    kOutgoingUp,
    kOutgoingDown,
    kOutgoingStillDown,  // once a minute
    kRetried,            // a failed attempt that gets no other line; for debugging
    kIncomingUp,
    kIncomingDown,
    kRefused,  // `unsaid`: further refusals of this kind; 0: the first
    kWarning,
    kDisplaced,        // `reason` names the other process
    kMute,             // incoming streams are up, but no outgoing one
    kSpeaks,           // no longer mute
    kAnnouncement,     // posted at the node `neighbour`, which may be any node
    kHerdFilesDiffer,  // `reason` names the nodes and says what to do
    kHerdFilesAgree,   // after kHerdFilesDiffer
    kBound,            // `reason`: nodes with lower limits than this one's; empty: none
  };
  Kind kind;
  std::string neighbour;
  std::string reason;
  int64_t retry_in_ns = -1;  // time until the next dial; -1: never
  // Events not logged since the last line on this subject (attempts for kOutgoingStillDown,
  // refusals for kRefused, otherwise changes between up and down), and the time since that line.
  uint64_t unsaid = 0;
  int64_t since_last_ns = 0;
  int64_t for_ns = 0;  // kOutgoingStillDown: how long it has been down
};

// Input of one link since the node started.
struct ReceiverCounters {
  uint64_t batches = 0;
  uint64_t record_bytes = 0;
  MergeCounts records;
  LinkLimitHits limits;
};

// The state of one link.
struct LinkView {
  std::string neighbour;
  LinkState outgoing = LinkState::kDown;
  LinkState incoming = LinkState::kDown;
  uint64_t lag_records = 0;
  bool repairing = false;  // because of a new epoch of either end; only the asking end knows
  int64_t round_trip_ns = 0;
  int64_t clock_ahead_ns = 0;  // neighbour's clock minus ours
  // See Agreement. `agreement_for_ns`: time since `agrees` last changed.
  bool agrees = false;
  int64_t agreement_for_ns = 0;
  uint64_t differing = 0;
  uint64_t divergent = 0;
  uint64_t neighbour_records = 0;
  bool same_topology = true;
  bool same_expiry = true;
  std::string reason;  // why the outgoing stream is down
  SenderCounters sent;
  ReceiverCounters received;
  LinkLimitHits limits;  // of both streams
};

struct LinkSetView {
  bool ready = false;
  std::string waiting_for;      // if not ready
  bool displaced = false;       // see Displacement
  bool mute = false;            // see Speech
  uint64_t refused = 0;         // incoming streams that were refused
  std::vector<LinkView> links;  // by name
  uint64_t topology_hash = 0;   // of the herd file read last
  NodeCounts nodes{};           // of the herd, by state
  // Numbers of nodes that are heard and whose herd files describe other nodes or links than ours,
  // or that are not in our herd file.
  uint64_t differing_files = 0;
  uint64_t unlisted_nodes = 0;
  uint64_t announcements = 0;  // those that have not expired
  std::string bound_by;        // text about nodes with lower limits than this one's
  MembershipCounters membership;
  uint64_t posts_refused = 0;
};

}  // namespace proxyherd::peer
