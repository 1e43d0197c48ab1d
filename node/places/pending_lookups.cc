// Lookups that herd-places has not answered.
#include "node/places/pending_lookups.h"

#include <algorithm>
#include <utility>

#include "places/wire/search_turns.h"

namespace proxyherd {

bool PendingLookups::Add(const PlacesQuery& query, int64_t deadline_ns, Done done) {
  if (lookups_.size() >= kMax) return false;
  lookups_.emplace(++last_number_, Lookup{query, deadline_ns, 0, false, std::move(done)});
  unsent_.push_back(last_number_);
  return true;
}

void PendingLookups::TakeMessage(int64_t now_ns,
                                 proxyherd::places::v1::SearchStreamRequest& message) {
  message.Clear();
  while (!unsent_.empty() && message.searches_size() < kMaxSearchesInMessage) {
    const uint64_t number = unsent_.front();
    unsent_.pop_front();
    const auto found = lookups_.find(number);
    if (found == lookups_.end() || found->second.deadline_ns <= now_ns) continue;
    Lookup& lookup = found->second;
    lookup.sent = true;
    ++lookup.times_sent;
    auto& added = *message.add_searches();
    added.set_number(number);
    const int64_t left_ns = lookup.deadline_ns - now_ns - kReplyMarginNs;
    added.set_time_left_ms(static_cast<uint32_t>(std::max(left_ns / kMillisecond, int64_t{1})));
    auto& search = *added.mutable_search();
    search.set_latitude(lookup.query.latitude);
    search.set_longitude(lookup.query.longitude);
    search.set_radius_meters(lookup.query.radius_m);
    search.set_max_result_count(lookup.query.bound);
  }
}

PendingLookups::Done PendingLookups::Take(uint64_t number) {
  const auto found = lookups_.find(number);
  if (found == lookups_.end()) return nullptr;
  Done done = std::move(found->second.done);
  lookups_.erase(found);
  return done;
}

std::vector<PendingLookups::Done> PendingLookups::TakeExpired(int64_t now_ns) {
  std::vector<Done> expired;
  absl::erase_if(lookups_, [&](auto& entry) {
    if (entry.second.deadline_ns > now_ns) return false;
    expired.push_back(std::move(entry.second.done));
    return true;
  });
  return expired;
}

std::vector<PendingLookups::Done> PendingLookups::TakeAll() {
  std::vector<Done> all;
  for (auto& [unused, lookup] : lookups_) all.push_back(std::move(lookup.done));
  lookups_.clear();
  unsent_.clear();
  return all;
}

std::vector<PendingLookups::Done> PendingLookups::OnStreamEnded(bool again) {
  if (!again) return TakeAll();
  std::vector<Done> failed;
  std::vector<uint64_t> once_more;
  absl::erase_if(lookups_, [&](auto& entry) {
    Lookup& lookup = entry.second;
    if (!std::exchange(lookup.sent, false)) return false;
    if (lookup.times_sent < 2) {
      once_more.push_back(entry.first);
      return false;
    }
    failed.push_back(std::move(lookup.done));
    return true;
  });
  std::sort(once_more.begin(), once_more.end());
  unsent_.insert(unsent_.begin(), once_more.begin(), once_more.end());
  return failed;
}

}  // namespace proxyherd
