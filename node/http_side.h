// The HTTP port of a node, and its page.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "metrics/process_metrics.h"
#include "node/node_context.h"
#include "node/peer_side.h"
#include "node/places_side.h"
#include "node/text_side.h"
#include "page/live/page_feed.h"
#include "server/http/http_server.h"

namespace proxyherd::node {

// Used by one thread.
class HttpSide {
 public:
  // The other sides of the node, which must outlive this one.
  struct Others {
    NodeContext& context;
    const PlacesSide& places;
    const TextSide& text;
    PeerSide& peers;
  };

  // `not_ready_reason`: see HttpOptions.
  HttpSide(const Others& others, std::function<std::string()> not_ready_reason);
  // REQUIRES: Stop was called.
  ~HttpSide();

  // Opens the port. Returns UNAVAILABLE if it cannot be opened.
  absl::Status Listen();
  // Starts the page, which then shows a new state every second.
  void BeginPage();

  // Ends all requests and the page, but keeps the port (see HttpServer::KeepPort). Must be called
  // before the links end, because requests and the page query them. Listen may have failed.
  void Stop();

 private:
  server::HttpOptions MakeOptions() const;

  const Others others_;
  const std::function<std::string()> not_ready_reason_;
  const metrics::ProcessMetrics process_metrics_;
  const std::unique_ptr<page::PageFeed> page_;  // nullptr: --page=false
  std::unique_ptr<server::HttpServer> server_;  // from Listen to Stop
};

}  // namespace proxyherd::node
