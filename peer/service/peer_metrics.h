// The metrics of the table and the links, collected at each scrape.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "core/table.h"
#include "peer/calls/watch.h"
#include "peer/transport/links.h"

namespace proxyherd::peer {

// Thread-safe. Asks the links thread at each scrape, so it must not be used after Links::Join.
class PeerMetrics : public prometheus::Collectable {
 public:
  // References must outlive this object.
  PeerMetrics(const Table& table, Links& links, const WatchLimitHits& watch_limit_hits)
      : table_(table), links_(links), watch_limit_hits_(watch_limit_hits) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Table& table_;
  Links& links_;
  const WatchLimitHits& watch_limit_hits_;
};

}  // namespace proxyherd::peer
