// What people are told of links: changes for the log, and how each of them stands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "peer/membership/membership.h"
#include "peer/membership/node_views.h"
#include "peer/protocol/link_limits.h"
#include "peer/protocol/link_state.h"
#include "peer/protocol/merge_batch.h"

namespace proxyherd {

// A line of the log. How many there may be of a link is bounded, see StateLog and RefusalLog.
struct LinkEvent {
  enum class Kind {
    kOutgoingUp,
    kOutgoingDown,
    kOutgoingStillDown,  // once a minute
    kRetried,            // an attempt in vain that gets no line otherwise; for debugging
    kIncomingUp,
    kIncomingDown,
    kRefused,  // `unsaid` more of the same when it is not 0
    kWarning,
    kDisplaced,        // `reason` says by whom
    kMute,             // incoming streams are up, and no outgoing one
    kSpeaks,           // no longer so
    kNotice,           // for people, by the node `neighbour`, which may be any
    kHerdFilesDiffer,  // `reason` says whose, and what to do
    kHerdFilesAgree,   // again
    kBound,            // `reason` says whose limits are less than this node's own; empty: none are
  };
  Kind kind;
  std::string neighbour;
  std::string reason;
  int64_t retry_in_ns = -1;  // when it is dialled again; -1: never
  // What had no line since the last one of its subject: changes between up and down, attempts for
  // kOutgoingStillDown, refusals for kRefused; and how long ago that line was.
  uint64_t unsaid = 0;
  int64_t since_last_ns = 0;
  int64_t for_ns = 0;  // kOutgoingStillDown: how long it has been down
};

// What came in by one link since the node started.
struct ReceiverCounters {
  uint64_t batches = 0;
  uint64_t record_bytes = 0;
  MergeCounts records;
  LinkLimitHits limits;
};

// One link as people see it.
struct LinkView {
  std::string neighbour;
  LinkState outgoing = LinkState::kDown;
  LinkState incoming = LinkState::kDown;
  uint64_t lag_records = 0;
  bool repairing = false;  // because one of the two has begun a new epoch; told by the asking end
  int64_t round_trip_ns = 0;
  int64_t clock_ahead_ns = 0;  // the neighbour's clock before ours
  // See Agreement; `for_ns` is how long it has been so.
  bool agrees = false;
  int64_t agreement_for_ns = 0;
  uint64_t differing = 0;
  uint64_t divergent = 0;
  uint64_t neighbour_records = 0;
  bool same_topology = true;
  bool same_expiry = true;
  std::string reason;  // why the outgoing stream is not up
  SenderCounters sent;
  ReceiverCounters received;
  LinkLimitHits limits;  // of both streams
};

struct LinkSetView {
  bool ready = false;
  std::string waiting_for;      // when not ready
  bool displaced = false;       // see Displacement
  bool mute = false;            // see Speech
  uint64_t refused = 0;         // incoming streams that were turned away
  std::vector<LinkView> links;  // by name
  uint64_t topology_hash = 0;   // of the herd file, as it was read last
  NodeCounts nodes{};           // of the herd, by state
  // Of the nodes that are heard: whose herd files describe other nodes or links than ours, and who
  // is not in ours.
  uint64_t differing_files = 0;
  uint64_t unlisted_nodes = 0;
  uint64_t announcements = 0;  // that are current
  std::string bound_by;        // whose limits are less than this node's own, in words
  MembershipCounters notices;
  uint64_t posts_refused = 0;
};

}  // namespace proxyherd
