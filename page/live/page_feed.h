// The page of a running node: collects the node's state once a second while somebody watches, shows
// it to all viewers, and answers pages' requests.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <memory>
#include <vector>

#include "base/env.h"
#include "core/table.h"
#include "gateway/server/tcp_server.h"
#include "page/live/page_answers.h"
#include "peer/service/watch_dispatcher.h"
#include "peer/transport/links.h"
#include "server/http/http_message.h"
#include "server/http/viewers.h"

namespace proxyherd::page {

// Thread-safe. A separate thread makes one set of frames per second for all viewers; without
// viewers it only adds a point to the charts every five seconds.
class PageFeed : public prometheus::Collectable {
 public:
  // References must outlive this object. `gateway` must already listen.
  PageFeed(PageOptions options, const Table& table, Env& env, const gateway::TcpServer& gateway,
           peer::Links& links, peer::WatchDispatcher& watches);
  // REQUIRES: Stop was called.
  ~PageFeed() override;

  void Start();
  // Ends the frames. Must be called once, before the links and watches are joined.
  void Stop();

  server::Viewers& viewers();
  // Returns the routes of the page, which may be used until Stop.
  server::HttpRoutes Routes();

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::page
