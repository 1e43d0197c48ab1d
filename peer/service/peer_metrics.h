// The metrics of the table and the links, read when they are scraped.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "core/table.h"
#include "peer/calls/watch.h"
#include "peer/transport/links.h"

namespace proxyherd {

// Thread-safe. Asks the links thread at each scrape: not to be used once Links::Join was called.
class PeerMetrics : public prometheus::Collectable {
 public:
  // References must outlive it.
  PeerMetrics(const Table& table, Links& links, const WatchLimitHits& watch_limit_hits)
      : table_(table), links_(links), watch_limit_hits_(watch_limit_hits) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Table& table_;
  Links& links_;
  const WatchLimitHits& watch_limit_hits_;
};

}  // namespace proxyherd
