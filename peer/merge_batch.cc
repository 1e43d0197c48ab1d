// Merging of batches.
#include "peer/merge_batch.h"

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

// Maps the sender's numbers of origins to ours.
class OriginMap {
 public:
  OriginMap(const std::vector<BatchOrigin>& origins, OriginTable& table) {
    for (const BatchOrigin& origin : origins) {
      if (origin.index > std::numeric_limits<OriginIndex>::max()) continue;
      if (origin.index >= ours_.size()) ours_.resize(origin.index + 1U);
      ours_[origin.index] = table.Intern(origin.node);
    }
  }

  // nullopt: the batch does not name it, or the name is none.
  std::optional<OriginIndex> OursOf(OriginIndex theirs) const {
    return theirs < ours_.size() ? ours_[theirs] : std::nullopt;
  }

 private:
  std::vector<std::optional<OriginIndex>> ours_;
};

}  // namespace

absl::Status MergeBatch(const Batch& batch, FollowerMask came_by, Table& table, MergeCounts& counts,
                        const std::function<void(const RecordView&, MergeOutcome)>& met) {
  const OriginMap origins(batch.origins, table.origins());
  for (std::string_view rest = batch.records; !rest.empty();) {
    std::optional<RecordView> record = DecodeRecord(rest);
    if (!record.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("malformed record at byte ",
                                                     batch.records.size() - rest.size(),
                                                     " of batch ", batch.number));
    }
    rest.remove_prefix(record->Bytes());
    const std::optional<OriginIndex> origin = origins.OursOf(record->origin);
    if (!origin.has_value() || !IsValidRecord(*record)) {
      ++counts.invalid;
      continue;
    }
    record->origin = *origin;
    const MergeOutcome outcome = table.Merge(*record, came_by);
    switch (outcome) {
      case MergeOutcome::kWon:
        ++counts.won;
        break;
      case MergeOutcome::kEqual:
        ++counts.equal;
        break;
      case MergeOutcome::kExpired:
        ++counts.expired;
        break;
      default:
        ++counts.stale;
        break;
    }
    met(*record, outcome);
  }
  return absl::OkStatus();
}

}  // namespace proxyherd
