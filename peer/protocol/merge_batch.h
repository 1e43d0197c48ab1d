// Takes what a neighbour sent into the table: validates, merges, counts.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "core/table.h"
#include "peer/protocol/link_messages.h"

namespace proxyherd {

// What became of the records of a batch.
struct MergeCounts {
  uint64_t won = 0;
  uint64_t equal = 0;  // known already: came by another link before
  uint64_t stale = 0;
  uint64_t invalid = 0;    // skipped: IsValidRecord or the origin's name says no
  uint64_t no_origin = 0;  // of these: no more origins can be kept, see OriginTable
  uint64_t expired = 0;    // skipped: too old, see core/expiry.h
};

// Merges every record. `met` is called for each that is valid, with what became of it. A record
// that is not valid is skipped and counted: it is no reason to close the link. INVALID_ARGUMENT
// means that the framing is malformed and nothing after it was read: that is one.
absl::Status MergeBatch(const Batch& batch, FollowerMask came_by, Table& table, MergeCounts& counts,
                        const std::function<void(const RecordView&, MergeOutcome)>& met);

}  // namespace proxyherd
