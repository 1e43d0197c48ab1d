// Merging of batches.
#include "peer/merge_batch.h"

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

// Maps the sender's numbers of origins to ours. A name is kept for ever, so only a valid record
// that refers to it makes the table take it.
class OriginMap {
 public:
  OriginMap(const std::vector<BatchOrigin>& origins, OriginTable& table) : table_(table) {
    for (const BatchOrigin& origin : origins) {
      if (origin.index > std::numeric_limits<OriginIndex>::max()) continue;
      if (origin.index >= named_.size()) named_.resize(origin.index + 1U);
      named_[origin.index] = {origin.node, IsNodeName(origin.node), std::nullopt};
    }
  }

  // Whether the batch gives the number a name that may be a node's.
  bool Names(OriginIndex theirs) const {
    return theirs < named_.size() && named_[theirs].well_formed;
  }
  // nullopt: no more names can be kept. REQUIRES: Names(theirs).
  std::optional<OriginIndex> OursOf(OriginIndex theirs) {
    Named& named = named_[theirs];
    if (!named.ours.has_value()) named.ours = table_.Intern(named.name);
    return named.ours;
  }

 private:
  struct Named {
    std::string_view name;
    bool well_formed = false;
    std::optional<OriginIndex> ours;
  };
  OriginTable& table_;
  std::vector<Named> named_;
};

}  // namespace

absl::Status MergeBatch(const Batch& batch, FollowerMask came_by, Table& table, MergeCounts& counts,
                        const std::function<void(const RecordView&, MergeOutcome)>& met) {
  OriginMap origins(batch.origins, table.origins());
  for (std::string_view rest = batch.records; !rest.empty();) {
    std::optional<RecordView> record = DecodeRecord(rest);
    if (!record.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("malformed record at byte ",
                                                     batch.records.size() - rest.size(),
                                                     " of batch ", batch.number));
    }
    rest.remove_prefix(record->Bytes());
    if (!origins.Names(record->origin) || !IsValidRecord(*record)) {
      ++counts.invalid;
      continue;
    }
    const std::optional<OriginIndex> origin = origins.OursOf(record->origin);
    if (!origin.has_value()) {
      ++counts.invalid;
      ++counts.no_origin;
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
