// A watcher's state.
#include "peer/watch.h"

#include <utility>

namespace proxyherd {

std::string_view NameOf(WatchLimit limit) {
  constexpr std::string_view kNames[kWatchLimits] = {"watchers", "changed_clients",
                                                     "inside_clients"};
  return kNames[static_cast<size_t>(limit)];
}

Watch::Watch(const Table& table, WatchFilter filter, WatchLimitHits& limit_hits)
    : table_(table),
      filter_(std::move(filter)),
      limit_hits_(limit_hits),
      named_(filter_.clients.begin(), filter_.clients.end()) {}

bool Watch::Named(std::string_view client) const {
  return filter_.clients.empty() || named_.contains(std::string(client));
}

bool Watch::InArea(std::string_view location) const {
  if (!filter_.area.has_value()) return true;
  const std::optional<Coordinates> at = ParseLocation(location);
  return at.has_value() && DistanceMeters(filter_.area->middle, *at) <= filter_.area->radius_m;
}

void Watch::OnChanged(const RecordView& record) {
  if (resync_ || !Named(record.client)) return;
  const uint64_t hash = table_.SharedHash(record.client);
  // What is still to be read as a present match needs no second mention.
  if (filter_.clients.empty() && (hash >> 52) >= bucket_) return;
  if (!InArea(record.location) && !inside_.contains(hash)) return;
  std::string client(record.client);
  if (is_dirty_.contains(client)) return;
  if (dirty_.size() == kMaxDirty) {
    resync_ = true;
    limit_hits_[WatchLimit::kChangedClients].Add();
    return;
  }
  is_dirty_.insert(client);
  dirty_.push_back(std::move(client));
}

void Watch::NoteInside(uint64_t hash) {
  if (inside_.size() < kMaxInside) {
    inside_.insert(hash);
  } else if (!inside_.contains(hash)) {
    limit_hits_[WatchLimit::kInsideClients].Add();
  }
}

std::optional<WatchEvent> Watch::Next() {
  if (std::exchange(resync_, false)) {
    bucket_ = 0;
    present_.clear();
    caught_up_ = false;
    dirty_.clear();
    is_dirty_.clear();
    inside_.clear();
    return WatchResync{};
  }
  if (caught_up_) return NextDirty();
  if (auto event = NextPresent()) return event;
  if (bucket_ < kBuckets || !present_.empty()) return std::nullopt;
  caught_up_ = true;
  return WatchCaughtUp{};
}

std::optional<WatchEvent> Watch::NextPresent() {
  if (present_.empty()) FillPresent();
  while (!present_.empty()) {
    WatchedClient found;
    found.client = std::move(present_.front());
    present_.pop_front();
    if (!table_.Find(found.client, found.report) || !InArea(found.report.location)) continue;
    if (filter_.area.has_value()) NoteInside(table_.SharedHash(found.client));
    return found;
  }
  return std::nullopt;
}

// Reads on until there are matches, but no more than a turn's buckets.
void Watch::FillPresent() {
  if (!filter_.clients.empty()) {
    if (std::exchange(bucket_, kBuckets) != kBuckets) {
      present_.assign(filter_.clients.begin(), filter_.clients.end());
    }
    return;
  }
  for (int i = 0; i < kBucketsPerTurn && present_.empty() && bucket_ < kBuckets; ++i) {
    table_.VisitBucket(bucket_++, [&](const RecordView& record) {
      if (InArea(record.location)) present_.emplace_back(record.client);
    });
  }
}

std::optional<WatchEvent> Watch::NextDirty() {
  while (!dirty_.empty()) {
    WatchedClient found;
    found.client = std::move(dirty_.front());
    dirty_.pop_front();
    is_dirty_.erase(found.client);
    if (!table_.Find(found.client, found.report)) continue;
    if (filter_.area.has_value()) {
      const uint64_t hash = table_.SharedHash(found.client);
      if (InArea(found.report.location)) {
        NoteInside(hash);
      } else if (inside_.erase(hash) == 0) {
        continue;
      }
    }
    return found;
  }
  return std::nullopt;
}

}  // namespace proxyherd
