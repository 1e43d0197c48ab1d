#include "places/remote/pending_searches.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "places/wire/search_messages.h"
#include "places/wire/search_turns.h"

namespace proxyherd::places {

void PendingSearches::Add(SearchRequest request, int64_t deadline_ns, Done done) {
  assert(!IsFull());
  assert(!IsFull());
  searches_.emplace(++last_number_, Search{std::move(request), deadline_ns, std::move(done)});
  unsent_.push_back(last_number_);
}

void PendingSearches::TakeMessage(int64_t now_ns,
                                  proxyherd::places::v1::SearchStreamRequest& message) {
  message.Clear();
  while (!unsent_.empty() && message.searches_size() < kMaxSearchesInMessage) {
    const uint64_t number = unsent_.front();
    unsent_.pop_front();
    const auto found = searches_.find(number);
    if (found == searches_.end() || found->second.deadline_ns <= now_ns) continue;
    Search& search = found->second;
    search.sent = true;
    ++search.times_sent;
    auto& added = *message.add_searches();
    added.set_number(number);
    const int64_t left_ns = search.deadline_ns - now_ns - kReplyMarginNs;
    // 0 would mean the service's own maximum.
    added.set_time_left_ms(static_cast<uint32_t>(std::max(left_ns / kMillisecond, int64_t{1})));
    ToMessage(search.request, *added.mutable_search());
  }
}

PendingSearches::Done PendingSearches::Take(uint64_t number) {
  const auto found = searches_.find(number);
  if (found == searches_.end()) return nullptr;
  Done done = std::move(found->second.done);
  searches_.erase(found);
  return done;
}

std::vector<PendingSearches::Done> PendingSearches::TakeExpired(int64_t now_ns) {
  std::vector<Done> expired;
  absl::erase_if(searches_, [&](auto& entry) {
    if (entry.second.deadline_ns > now_ns) return false;
    expired.push_back(std::move(entry.second.done));
    return true;
  });
  return expired;
}

std::vector<PendingSearches::Done> PendingSearches::TakeAll() {
  std::vector<Done> all;
  for (auto& [unused, search] : searches_) all.push_back(std::move(search.done));
  searches_.clear();
  unsent_.clear();
  return all;
}

std::vector<PendingSearches::Done> PendingSearches::TakeSentTwice() {
  std::vector<Done> failed;
  std::vector<uint64_t> resent;
  absl::erase_if(searches_, [&](auto& entry) {
    Search& search = entry.second;
    if (!std::exchange(search.sent, false)) return false;
    if (search.times_sent < 2) {
      resent.push_back(entry.first);
      return false;
    }
    failed.push_back(std::move(search.done));
    return true;
  });
  std::sort(resent.begin(), resent.end());
  unsent_.insert(unsent_.begin(), resent.begin(), resent.end());
  return failed;
}

}  // namespace proxyherd::places
