#include "peer/protocol/merge_batch.h"

#include <array>
#include <cassert>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace proxyherd::peer {
namespace {

// Maps the sender's origin numbers to ours. A name is kept forever, so it is interned only if a
// valid record refers to it.
class OriginMap {
 public:
  OriginMap(const std::vector<BatchOrigin>& origins, OriginTable& table) : table_(table) {
    for (const BatchOrigin& origin : origins) {
      if (origin.index > std::numeric_limits<OriginIndex>::max()) continue;
      if (origin.index >= named_.size()) named_.resize(origin.index + 1U);
      named_[origin.index] = {origin.node, IsNodeName(origin.node), std::nullopt};
    }
  }

  // Returns true if the batch has a well-formed node name for this number.
  bool Names(OriginIndex theirs) const {
    return theirs < named_.size() && named_[theirs].well_formed;
  }
  // Returns nullopt if no more names can be kept. REQUIRES: Names(theirs).
  std::optional<OriginIndex> OursOf(OriginIndex theirs) {
    assert(Names(theirs));
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

// Decodes records a little ahead of the merge, so that the table's data about their clients is
// fetched from memory together.
class RecordsAhead {
 public:
  static constexpr size_t kMax = 16;

  struct Item {
    RecordView record;
    ClientKey key;
  };

  // Takes records from the front of `rest`; empty if it begins with a malformed record.
  std::span<Item> Read(std::string_view& rest, const Table& table) {
    size_t count = 0;
    for (; count < kMax && !rest.empty(); ++count) {
      const std::optional<RecordView> record = DecodeRecord(rest);
      if (!record.has_value()) break;
      rest.remove_prefix(record->Bytes());
      keys_[count] = table.KeyOf(record->client);
      items_[count] = {*record, keys_[count]};
    }
    table.Prefetch(std::span(keys_).first(count));
    return std::span(items_).first(count);
  }

 private:
  std::array<Item, kMax> items_;
  std::array<ClientKey, kMax> keys_;
};

void CountOutcome(MergeOutcome outcome, MergeCounts& counts) {
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
}

}  // namespace

absl::Status MergeBatch(const Batch& batch, FollowerMask came_by, Table& table, MergeCounts& counts,
                        const std::function<void(const RecordView&, MergeOutcome)>& met) {
  OriginMap origins(batch.origins, table.origins());
  RecordsAhead ahead;
  for (std::string_view rest = batch.records; !rest.empty();) {
    const std::span<RecordsAhead::Item> items = ahead.Read(rest, table);
    if (items.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("malformed record at byte ",
                                                     batch.records.size() - rest.size(),
                                                     " of batch ", batch.number));
    }
    for (auto& [record, key] : items) {
      if (!origins.Names(record.origin) || !IsValidRecord(record)) {
        ++counts.invalid;
        continue;
      }
      const std::optional<OriginIndex> origin = origins.OursOf(record.origin);
      if (!origin.has_value()) {
        ++counts.invalid;
        ++counts.no_origin;
        continue;
      }
      record.origin = *origin;
      const MergeOutcome outcome = table.Merge(record, key, came_by);
      CountOutcome(outcome, counts);
      met(record, outcome);
    }
  }
  return absl::OkStatus();
}

}  // namespace proxyherd::peer
