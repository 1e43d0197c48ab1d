// The answering end of repair.
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/record_batch.h"
#include "core/table.h"
#include "peer/protocol/link_messages.h"

namespace proxyherd::peer {

struct RepairAnswer {
  RepairReply reply;
  size_t looked_at = 0;  // records visited: the cost of the answer
};

// Compares the asker's sums and hashes with the table. For a range with sums, the reply names the
// parts that differ; for one with hashes, it names those that this table lacks, and has the records
// that the asker lacks. Does a bounded amount of work: unfinished ranges are marked `more`, and the
// asker must ask about them again. `scratch` holds the records. INVALID_ARGUMENT: the question
// breaks the rules of link.proto.
absl::StatusOr<RepairAnswer> AnswerRepair(const RepairRequest& request, const Table& table,
                                          RecordBatch& scratch);

}  // namespace proxyherd::peer
