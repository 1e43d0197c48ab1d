// Validates the records of a neighbour's batch, merges them into the table, and counts the results.
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
  uint64_t no_origin = 0;  // of the invalid ones: no more origins can be kept (OriginTable)
  uint64_t expired = 0;    // skipped: too old, see core/expiry.h
};

// Merges every record, and calls `met` with each valid record and its result. An invalid record is
// skipped and counted, but is not a reason to close the link. Returns INVALID_ARGUMENT, which is a
// reason, if the framing is malformed; the rest of the batch is then ignored.
absl::Status MergeBatch(const Batch& batch, FollowerMask came_by, Table& table, MergeCounts& counts,
                        const std::function<void(const RecordView&, MergeOutcome)>& met);

}  // namespace proxyherd::peer
