// The metrics of the HTTP port itself.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "server/http/http_context.h"

namespace proxyherd::server {

// Thread-safe. `context` must outlive it.
class HttpMetrics : public prometheus::Collectable {
 public:
  explicit HttpMetrics(const HttpContext& context) : context_(context) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const HttpContext& context_;
};

}  // namespace proxyherd::server
