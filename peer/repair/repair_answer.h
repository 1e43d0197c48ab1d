// The answering end of repair: compares a neighbour's question with the table.
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
// parts that differ; for a range with hashes, the reply names the hashes that this table lacks and
// contains the records that the asker lacks. Does a bounded amount of work: unfinished ranges are
// marked `more`, and the asker must ask about them again. `scratch` is used for the records.
// Returns INVALID_ARGUMENT if the question breaks the rules of link.proto.
absl::StatusOr<RepairAnswer> AnswerRepair(const RepairRequest& request, const Table& table,
                                          RecordBatch& scratch);

}  // namespace proxyherd::peer
