#include "page/map_scan.h"

namespace proxyherd::page {

std::shared_ptr<const MapSnapshot> MapScan::Step() {
  if (!round_.has_value()) {
    if (!changed_ && table_.Records() == records_) return nullptr;
    changed_ = false;
    records_ = table_.Records();
    bucket_ = 0;
    round_.emplace(exact_);
  }
  size_t left = snapshot_ == nullptr ? kRecordsOfFirstTurns : kRecordsPerTurn;
  for (; bucket_ < static_cast<uint32_t>(kBuckets) && left > 0; ++bucket_) {
    size_t read = 1;  // because an empty bucket also costs time
    table_.VisitBucket(bucket_, [&](const RecordView& record) {
      ++read;
      if (const auto at = ParseLocation(record.location)) round_->Add(*at, record.client);
    });
    left -= std::min(left, read);
  }
  if (bucket_ < static_cast<uint32_t>(kBuckets)) return nullptr;
  snapshot_ = std::make_shared<const MapSnapshot>(round_->Build(++version_));
  round_.reset();
  return snapshot_;
}

void MapScan::Forget() {
  round_.reset();
  snapshot_.reset();
  changed_ = true;
}

}  // namespace proxyherd::page
