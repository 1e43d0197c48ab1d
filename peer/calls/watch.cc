#include "peer/calls/watch.h"

#include <cassert>
#include <utility>

namespace proxyherd::peer {
namespace {

// Returns the memory of a changed client: its id in the list and in the set, with overhead.
size_t DirtyBytes(const std::string& client) { return 2 * client.size() + 128; }

// Memory of a client inside the area: its hash, in a set that is at least seven sixteenths full.
constexpr size_t kInsideBytes = 21;

}  // namespace

std::string_view NameOf(WatchLimit limit) {
  constexpr std::string_view kNames[kWatchLimits] = {"watchers", "changed_clients",
                                                     "inside_clients"};
  return kNames[static_cast<size_t>(limit)];
}

Watch::Watch(const Table& table, WatchFilter filter, WatchLimitHits& limit_hits,
             WatchMemory& memory)
    : table_(table),
      filter_(std::move(filter)),
      limit_hits_(limit_hits),
      memory_(memory),
      named_(filter_.clients.begin(), filter_.clients.end()) {
  assert(filter_.clients.empty() || !filter_.area.has_value());
}

Watch::~Watch() { memory_.Give(held_bytes_); }

bool Watch::Take(size_t bytes) {
  if (!memory_.Take(bytes, held_bytes_)) return false;
  held_bytes_ += bytes;
  return true;
}

void Watch::Give(size_t bytes) {
  memory_.Give(bytes);
  held_bytes_ -= bytes;
}

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
  // A client that will be read later as a present match needs no second report.
  if (filter_.clients.empty() && (hash >> 52) >= bucket_) return;
  if (!InArea(record.location) && !inside_.contains(hash)) return;
  std::string client(record.client);
  if (!is_dirty_.contains(client)) AddDirty(std::move(client));
}

void Watch::AddDirty(std::string client) {
  if (dirty_.size() == kMaxDirty || !Take(DirtyBytes(client))) {
    resync_ = true;
    limit_hits_[WatchLimit::kChangedClients].Add();
    ForgetDirty();
    return;
  }
  is_dirty_.insert(client);
  dirty_.push_back(std::move(client));
}

std::string Watch::PopDirty() {
  std::string client = std::move(dirty_.front());
  dirty_.pop_front();
  is_dirty_.erase(client);
  Give(DirtyBytes(client));
  return client;
}

void Watch::ForgetDirty() {
  for (const std::string& client : dirty_) Give(DirtyBytes(client));
  // Swaps, because clear() keeps the memory.
  std::deque<std::string>().swap(dirty_);
  absl::flat_hash_set<std::string>().swap(is_dirty_);
}

void Watch::ForgetInside() {
  Give(inside_.size() * kInsideBytes);
  absl::flat_hash_set<uint64_t>().swap(inside_);
}

void Watch::NoteInside(uint64_t hash) {
  if (inside_.contains(hash)) return;
  if (inside_.size() < kMaxInside && Take(kInsideBytes)) {
    inside_.insert(hash);
  } else {
    limit_hits_[WatchLimit::kInsideClients].Add();
  }
}

std::optional<WatchEvent> Watch::Next() {
  if (std::exchange(resync_, false)) {
    bucket_ = 0;
    present_.clear();
    caught_up_ = false;
    ForgetDirty();
    ForgetInside();
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

// Reads buckets until there are matches, but at most kBucketsPerTurn.
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
    found.client = PopDirty();
    if (!table_.Find(found.client, found.report)) continue;
    if (filter_.area.has_value()) {
      const uint64_t hash = table_.SharedHash(found.client);
      if (InArea(found.report.location)) {
        NoteInside(hash);
      } else if (inside_.erase(hash) == 0) {
        continue;
      } else {
        Give(kInsideBytes);
      }
    }
    return found;
  }
  return std::nullopt;
}

}  // namespace proxyherd::peer
