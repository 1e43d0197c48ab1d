#include "peer/calls/digest_calls.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "peer/repair/part_sums.h"
#include "peer/repair/repair_rules.h"

namespace proxyherd::peer {
namespace {

absl::StatusOr<std::vector<HashRange>> ReadRanges(const peer::v1::GetDigestsRequest& request) {
  if (request.ranges_size() > kMaxDigestRanges) {
    return absl::InvalidArgumentError(absl::StrCat("ranges: at most ", kMaxDigestRanges));
  }
  std::vector<HashRange> ranges;
  for (const peer::v1::HashRange& asked : request.ranges()) {
    const HashRange range{asked.first(), asked.bits()};
    if (!range.IsValid() || !IsDivisible(range)) {
      return absl::InvalidArgumentError(
          "ranges: must be the whole, or one that an answer names, of at most 56 bits");
    }
    ranges.push_back(range);
  }
  if (ranges.empty()) ranges.push_back(HashRange{});
  return ranges;
}

absl::StatusOr<int64_t> ReadTick(const Table& table, const peer::v1::GetDigestsRequest& request) {
  if (!request.has_tick()) {
    const std::optional<TableDigest> digest = table.Digest();
    if (digest.has_value()) return digest->tick;
    return absl::FailedPreconditionError(absl::StrCat(
        "the digests of ", table.node(), " are not computed yet; ask again in a moment"));
  }
  // No sums are kept for kEveryTick: each request would visit every record.
  if (request.tick() == kEveryTick || !table.KnowsTick(request.tick())) {
    return absl::FailedPreconditionError(absl::StrCat(
        table.node(), " does not know the digests of tick ", request.tick(),
        "; the clocks of the nodes or --expire_after may differ, or it has just moved on"));
  }
  return request.tick();
}

void FillParts(const HashRange& range, const PartSums& parts, peer::v1::RangeDigests& out) {
  const uint32_t more_bits = PartBits(range);
  for (size_t i = 0; i < parts.sums.size(); ++i) {
    const HashRange part = range.Child(more_bits, i);
    peer::v1::PartDigest& digest = *out.add_parts();
    digest.mutable_range()->set_first(part.first);
    digest.mutable_range()->set_bits(part.bits);
    digest.set_digest(parts.sums[i]);
    digest.set_records(parts.records[i]);
  }
}

}  // namespace

absl::Status GetDigests(const Table& table, const peer::v1::GetDigestsRequest& request,
                        peer::v1::GetDigestsResponse& response) {
  const absl::StatusOr<std::vector<HashRange>> ranges = ReadRanges(request);
  if (!ranges.ok()) return ranges.status();
  const absl::StatusOr<int64_t> tick = ReadTick(table, request);
  if (!tick.ok()) return tick.status();
  response.set_tick(*tick);
  size_t looked_at = 0;
  for (const HashRange& range : *ranges) {
    if (looked_at >= kRecordsPerStep) break;
    const PartSums parts = SumParts(table, range, *tick);
    looked_at += parts.looked_at;
    FillParts(range, parts, *response.add_ranges());
  }
  return absl::OkStatus();
}

}  // namespace proxyherd::peer
