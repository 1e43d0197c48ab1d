// Searches that herd-places has not answered yet. No I/O, threads or clock; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/env.h"
#include "places/provider/provider.h"
#include "proxyherd/places/v1/places.pb.h"

namespace proxyherd::places {

class PendingSearches {
 public:
  using Done = Provider::Done;

  // Maximum searches in progress in one node. More mean that herd-places hangs; further ones would
  // only pile up. Clients that wait for their answers cause far fewer.
  static constexpr size_t kMax = 1024;
  // Subtracted from the time that the service is given, so that its error arrives before our own
  // deadline.
  static constexpr int64_t kReplyMarginNs = 20 * kMillisecond;

  bool IsFull() const { return searches_.size() >= kMax; }
  // `deadline_ns` is a monotonic time. REQUIRES: not IsFull.
  void Add(SearchRequest request, int64_t deadline_ns, Done done);

  bool HasUnsent() const { return !unsent_.empty(); }
  // Moves the next searches, as many as fit into one message, to `message` and marks them as sent.
  // Leaves expired ones to TakeExpired.
  void TakeMessage(int64_t now_ns, proxyherd::places::v1::SearchStreamRequest& message);

  // Removes the search with this number, which was answered; returns nullptr if it is not pending.
  Done Take(uint64_t number);
  std::vector<Done> TakeExpired(int64_t now_ns);
  std::vector<Done> TakeAll();
  // Must be called when the stream has ended. Searches sent once become unsent again, in front of
  // those never sent. Searches sent twice have failed: they are removed and returned.
  std::vector<Done> TakeSentTwice();

 private:
  struct Search {
    SearchRequest request;
    int64_t deadline_ns;
    Done done;
    int times_sent = 0;
    bool sent = false;  // on the present stream
  };

  uint64_t last_number_ = 0;
  absl::flat_hash_map<uint64_t, Search> searches_;
  std::deque<uint64_t> unsent_;  // may contain numbers of removed searches; TakeMessage skips them
};

}  // namespace proxyherd::places
