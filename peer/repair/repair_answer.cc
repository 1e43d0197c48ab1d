#include "peer/repair/repair_answer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "peer/protocol/link_timing.h"
#include "peer/repair/part_sums.h"
#include "peer/repair/repair_rules.h"

namespace proxyherd::peer {
namespace {

// Returns the number of sums in a question about a range; 0 if the range has no parts.
size_t PartsOf(const HashRange& range) {
  return IsDivisible(range) ? size_t{1} << PartBits(range) : 0;
}

absl::Status CheckQuestion(const RepairRequest& request) {
  if (request.ranges.size() > kMaxQuestionRanges) {
    return absl::InvalidArgumentError(
        absl::StrCat("a question about more than ", kMaxQuestionRanges, " ranges"));
  }
  size_t values = 0;
  for (const RepairRange& asked : request.ranges) {
    values += asked.values.size();
    const bool fits = asked.by_record
                          ? asked.range.bits >= kBucketBits
                          : asked.values.size() == PartsOf(asked.range) && !asked.values.empty();
    if (!asked.range.IsValid() || !fits) {
      return absl::InvalidArgumentError("a question about a range that does not exist");
    }
  }
  if (values * sizeof(uint64_t) > 2 * kMaxQuestionBytes) {
    return absl::InvalidArgumentError("a question with too many values");
  }
  return absl::OkStatus();
}

size_t CompareParts(const RepairRange& asked, int64_t tick, const Table& table,
                    RangeVerdict& verdict) {
  const PartSums parts = SumParts(table, asked.range, tick);
  for (uint32_t part = 0; part < parts.sums.size(); ++part) {
    if (parts.sums[part] == asked.values[part]) continue;
    verdict.differing.push_back(part);
    verdict.records.push_back(parts.records[part]);
  }
  return parts.looked_at;
}

size_t CompareRecords(const RepairRange& asked, int64_t tick, const Table& table,
                      RangeVerdict& verdict, RecordBatch& out) {
  std::vector<std::pair<uint64_t, uint32_t>> theirs;
  for (uint32_t i = 0; i < asked.values.size(); ++i) theirs.emplace_back(asked.values[i], i);
  std::sort(theirs.begin(), theirs.end());
  std::vector<bool> have(asked.values.size());
  const size_t looked_at = table.VisitRange(asked.range, tick, [&](const RangeRecord& met) {
    auto found = std::lower_bound(theirs.begin(), theirs.end(), std::pair(met.record_hash, 0U));
    if (found != theirs.end() && found->first == met.record_hash) {
      have[found->second] = true;
    } else if (out.Full()) {
      verdict.more = true;
    } else {
      out.Append(met.block, met.record.Bytes(), met.record.origin);
    }
  });
  for (uint32_t i = 0; i < have.size(); ++i) {
    if (!have[i]) verdict.differing.push_back(i);
  }
  return looked_at;
}

}  // namespace

absl::StatusOr<RepairAnswer> AnswerRepair(const RepairRequest& request, const Table& table,
                                          RecordBatch& scratch) {
  if (absl::Status status = CheckQuestion(request); !status.ok()) return status;
  RepairAnswer answer;
  answer.reply.knows_tick = table.KnowsTick(request.tick);
  if (!answer.reply.knows_tick) return answer;
  scratch.Clear();
  scratch.set_max_bytes(std::clamp<size_t>(request.max_bytes, kMinBatchBytes, kMaxBatchBytes));
  for (const RepairRange& asked : request.ranges) {
    RangeVerdict& verdict = answer.reply.verdicts.emplace_back();
    if (answer.looked_at >= kRecordsPerStep || scratch.Full()) {
      verdict.more = true;
    } else if (asked.by_record) {
      answer.looked_at += CompareRecords(asked, request.tick, table, verdict, scratch);
    } else {
      answer.looked_at += CompareParts(asked, request.tick, table, verdict);
    }
  }
  answer.reply.records = scratch.bytes();
  for (OriginIndex origin : scratch.origins()) {
    answer.reply.origins.push_back({origin, std::string(table.origins().NameOf(origin))});
  }
  return answer;
}

}  // namespace proxyherd::peer
