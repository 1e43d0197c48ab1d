// The page of a running node: gathers once a second what happens, shows it to all viewers, and
// answers what pages ask.
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

namespace proxyherd {

// Thread-safe. Its own thread makes one frame a second, whoever many look; while nobody does it
// only takes the numbers of the charts.
class PageFeed : public prometheus::Collectable {
 public:
  // All outlive it. `gateway` listens already.
  PageFeed(PageOptions options, const Table& table, Env& env, const TcpServer& gateway,
           Links& links, WatchDispatcher& watches);
  // REQUIRES: Stop was called.
  ~PageFeed() override;

  void Start();
  // No frames any more. Before the links and watches are joined; called once.
  void Stop();

  Viewers& viewers();
  // The page and all that it asks for. They may be used until Stop.
  HttpRoutes Routes();

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
