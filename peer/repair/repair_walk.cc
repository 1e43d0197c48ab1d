#include "peer/repair/repair_walk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "peer/repair/part_sums.h"
#include "peer/repair/repair_rules.h"

namespace proxyherd::peer {

void RepairWalk::Stop() {
  running_ = false;
  tasks_.clear();
  wanted_.clear();
  asked_.clear();
}

void RepairWalk::Begin(int64_t tick, const std::vector<HashRange>& ranges) {
  Stop();
  running_ = true;
  tick_ = tick;
  differences_ = 0;
  different_hashes_.clear();
  different_ranges_.clear();
  for (const HashRange& range : ranges) tasks_.push_back({range, kLeafRecords});
}

void RepairWalk::AddDifference(uint64_t record_hash) {
  ++differences_;
  if (different_hashes_.size() < kMaxDifferencesKept) different_hashes_.push_back(record_hash);
}

std::optional<RepairRequest> RepairWalk::Ask(size_t max_bytes) {
  if (!asked_.empty()) return std::nullopt;
  RepairRequest request;
  request.tick = tick_;
  request.max_bytes = max_bytes;
  Extent extent;
  while (!tasks_.empty() && extent.looked_at < kRecordsPerStep &&
         extent.values * sizeof(uint64_t) < std::min(max_bytes, kMaxQuestionBytes) &&
         extent.records * kUsualRecordBytes < max_bytes &&
         request.ranges.size() < kMaxQuestionRanges) {
    const Task task = tasks_.back();
    tasks_.pop_back();
    AskAbout(task, request, extent);
  }
  if (request.ranges.empty()) return std::nullopt;
  asked_ = request.ranges;
  looked_at_ = extent.looked_at;
  return request;
}

// Adds a question about a range, unless all its records will be sent anyway.
void RepairWalk::AskAbout(const Task& task, RepairRequest& request, Extent& extent) {
  ++extent.looked_at;
  if (task.records_there == 0 && task.range.bits >= kBucketBits) {
    wanted_.push_back({task.range, true, {}});
    return;
  }
  if (task.records_there == 0) {
    for (uint64_t part = 0; part < uint64_t{1} << kGroupBits; ++part) {
      tasks_.push_back({task.range.Child(kGroupBits, part), 0});
    }
    return;
  }
  RepairRange& asked = request.ranges.emplace_back();
  asked.range = task.range;
  if (task.range.bits < kBucketBits) {
    PartSums parts = SumParts(table_, task.range, tick_);
    asked.values = std::move(parts.sums);
    extent.looked_at += parts.looked_at;
    extent.values += asked.values.size();
    return;
  }
  std::array<uint64_t, size_t{1} << kFanOutBits> sums{};
  size_t records = 0;
  const bool divisible = task.range.bits + kFanOutBits <= HashRange::kMaxBits;
  extent.looked_at += table_.VisitRange(task.range, tick_, [&](const RangeRecord& met) {
    if (divisible) sums[task.range.ChildOf(kFanOutBits, met.client_hash)] += met.record_hash;
    if (asked.values.size() < kMaxLeafHashes) asked.values.push_back(met.record_hash);
    ++records;
  });
  asked.by_record = records <= kLeafRecords || !divisible;
  if (!asked.by_record) {
    asked.values.assign(sums.begin(), sums.end());
  } else {
    // If both ends have many records in a range, few of them differ.
    extent.records += task.records_there > records ? task.records_there - records : 1;
    if (records > asked.values.size()) {
      wanted_.push_back({task.range, true, {asked.values.begin(), asked.values.end()}});
    }
  }
  extent.values += asked.values.size();
}

bool RepairWalk::OnReply(const RepairReply& reply) {
  const std::vector<RepairRange> asked = std::exchange(asked_, {});
  if (reply.verdicts.size() != asked.size()) return false;
  for (size_t i = 0; i < asked.size(); ++i) {
    if (!OnVerdict(asked[i], reply.verdicts[i])) return false;
  }
  return true;
}

bool RepairWalk::OnVerdict(const RepairRange& asked, const RangeVerdict& verdict) {
  if (verdict.more) tasks_.push_back({asked.range, kLeafRecords});
  if (verdict.differing.size() > asked.values.size()) return false;
  if (!asked.by_record) {
    if (verdict.records.size() != verdict.differing.size()) return false;
    const uint32_t more_bits = PartBits(asked.range);
    for (size_t i = 0; i < verdict.differing.size(); ++i) {
      if (verdict.differing[i] >= asked.values.size()) return false;
      tasks_.push_back({asked.range.Child(more_bits, verdict.differing[i]), verdict.records[i]});
    }
    return true;
  }
  Wanted wanted{asked.range, false, {}};
  for (const uint32_t index : verdict.differing) {
    if (index >= asked.values.size()) return false;
    if (wanted.hashes.insert(asked.values[index]).second) AddDifference(asked.values[index]);
  }
  if (different_ranges_.size() <= kMaxQuestionRanges) different_ranges_.push_back(asked.range);
  if (!wanted.hashes.empty()) wanted_.push_back(std::move(wanted));
  return true;
}

void RepairWalk::CopyWanted(RecordBatch& out) {
  size_t looked_at = 0;
  while (!wanted_.empty() && looked_at < kRecordsPerStep && !out.Full()) {
    bool left_over = false;
    looked_at += CopyWantedOf(wanted_.back(), out, left_over) + 1;
    if (left_over) return;
    wanted_.pop_back();
  }
}

// A record that has changed in the meantime is not found by its hash; it is sent as a change.
size_t RepairWalk::CopyWantedOf(Wanted& wanted, RecordBatch& out, bool& left_over) {
  if (wanted.all && wanted.hashes.empty() && different_ranges_.size() <= kMaxQuestionRanges) {
    different_ranges_.push_back(wanted.range);
  }
  return table_.VisitRange(wanted.range, tick_, [&](const RangeRecord& met) {
    const bool named = wanted.hashes.contains(met.record_hash);
    if (named == wanted.all) return;
    if (out.Full()) {
      left_over = true;
      return;
    }
    out.Append(met.block, met.record.Bytes(), met.record.origin);
    if (wanted.all) {
      wanted.hashes.insert(met.record_hash);
      AddDifference(met.record_hash);
    } else {
      wanted.hashes.erase(met.record_hash);
    }
  });
}

}  // namespace proxyherd::peer
