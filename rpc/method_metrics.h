// The conventional gRPC metrics (grpc_server_*, grpc_client_*), which existing dashboards query, of
// methods by their path.
#pragma once

#include <prometheus/registry.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace proxyherd::rpc {

// The metrics of one method at one end. Thread-safe.
class MethodMetrics {
 public:
  struct Series;
  explicit MethodMetrics(std::unique_ptr<Series> series);
  ~MethodMetrics();

  void Started() const;
  void Sent() const;
  void Received() const;
  // A call has ended with this code, `took_ns` after it started.
  void Handled(absl::StatusCode code, int64_t took_ns) const;

 private:
  const std::unique_ptr<Series> series_;
};

// Thread-safe.
class MethodMetricsTable {
 public:
  // `side`: "server" or "client". `services`: full names, e.g. "proxyherd.peer.v1.PeerService",
  // whose descriptors are linked in; their methods' metrics exist from the start. A second table of
  // the same side and services shares the metrics. `registry` must outlive the table.
  MethodMetricsTable(prometheus::Registry& registry, const std::string& side,
                     const std::vector<std::string>& services);
  ~MethodMetricsTable();

  // `path`: "/package.Service/Method". nullptr: not a method of the services.
  const MethodMetrics* Find(std::string_view path) const;

 private:
  std::map<std::string, MethodMetrics, std::less<>> methods_;
};

}  // namespace proxyherd::rpc
