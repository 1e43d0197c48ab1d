// Merges a batch of a neighbour into the table: validates, merges, counts.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "core/table.h"
#include "peer/protocol/link_messages.h"

namespace proxyherd::peer {

// Results of merging the records of a batch.
struct MergeCounts {
  uint64_t won = 0;
  uint64_t equal = 0;  // already known, e.g. from another link
  uint64_t stale = 0;
  uint64_t invalid = 0;    // skipped: fails IsValidRecord, or the origin's name is malformed
  uint64_t no_origin = 0;  // of these: no more origins can be kept, see OriginTable
  uint64_t expired = 0;    // skipped: too old, see core/expiry.h
};

// Merges every record. Calls `met` for each valid one, with the result. An invalid record is
// skipped and counted, and is no reason to close the link. INVALID_ARGUMENT: the framing is
// malformed and nothing after it was read, which is a reason.
absl::Status MergeBatch(const Batch& batch, FollowerMask came_by, Table& table, MergeCounts& counts,
                        const std::function<void(const RecordView&, MergeOutcome)>& met);

}  // namespace proxyherd::peer
