// A node's lookups of places that herd-places has not answered. Pure; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/env.h"
#include "gateway/protocol/places_lookup.h"
#include "proxyherd/places/v1/places.pb.h"

namespace proxyherd {

class PendingLookups {
 public:
  using Done = std::function<void(PlacesAnswer)>;

  // Lookups under way in one node. More means that herd-places hangs; asking on would only pile up.
  // Far above what clients that wait for their answers cause.
  static constexpr size_t kMax = 1024;
  // Kept back from what the service is given, so that its error comes before our own time is over.
  static constexpr int64_t kReplyMarginNs = 20 * kMillisecond;

  // False: there are too many; `done` is then not kept. `deadline_ns` is a monotonic time.
  bool Add(const PlacesQuery& query, int64_t deadline_ns, Done done);

  bool HasUnsent() const { return !unsent_.empty(); }
  // The next message's searches, as many as one may have; they count as sent. Those whose time is
  // over are left out: TakeExpired has them.
  void TakeMessage(int64_t now_ns, proxyherd::places::v1::SearchStreamRequest& message);

  // Whom an answer is for; nullptr: nobody waits for it any more.
  Done Take(uint64_t number);
  std::vector<Done> TakeExpired(int64_t now_ns);
  std::vector<Done> TakeAll();
  // The stream has ended. With `again`, what was sent for the first time is to be sent once more,
  // and what was not sent stays; the rest is returned: it has failed.
  std::vector<Done> OnStreamEnded(bool again);

 private:
  struct Lookup {
    PlacesQuery query;
    int64_t deadline_ns;
    int times_sent = 0;
    bool sent = false;  // on the present stream
    Done done;
  };

  uint64_t last_number_ = 0;
  absl::flat_hash_map<uint64_t, Lookup> lookups_;
  std::deque<uint64_t> unsent_;  // numbers; those of lookups that are gone stay until they are met
};

}  // namespace proxyherd
