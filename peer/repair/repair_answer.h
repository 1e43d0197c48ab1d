// The answering end of repair.
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/record_batch.h"
#include "core/table.h"
#include "peer/protocol/link_messages.h"

namespace proxyherd {

struct RepairAnswer {
  RepairReply reply;
  size_t looked_at = 0;  // records: what the answer cost
};

// Compares what the asker has with the table. For a range with sums it names the parts that differ;
// for one with hashes it names those that this table lacks, and sends the records that the asker
// lacks. Does a bounded amount of work: ranges that are left over say so (`more`), and are to be
// asked about again. `scratch` holds the records. INVALID_ARGUMENT: the question breaks
// the rules of link.proto.
absl::StatusOr<RepairAnswer> AnswerRepair(const RepairRequest& request, const Table& table,
                                          RecordBatch& scratch);

}  // namespace proxyherd
