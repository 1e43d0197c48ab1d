// Metrics of calls to Google: how they used the network, and why they failed.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "places/google/http.h"

namespace proxyherd::places {

// Thread-safe. Provides:
//
//   proxyherd_places_google_transfers_total{http,connection}
//       http: 1.0, 1.1, 2, 3, or none if no answer began; connection: new, reused, or none if
//       no connection was made
//   proxyherd_places_google_errors_total{reason}
//       reason: Google's reason in ErrorInfo if places/google/google_errors.h knows it; "other"
//       for other reasons, "none" without a reason
//
// All series exist from the start.
class GoogleMetrics {
 public:
  // `registry` must outlive this object.
  explicit GoogleMetrics(prometheus::Registry& registry);

  void CountTransfer(const TransferFacts& facts);
  void CountError(const absl::Status& error);

 private:
  static constexpr size_t kVersions = 5;
  static constexpr size_t kConnections = 3;

  // By version and connection, as TransferFacts numbers them.
  std::array<std::array<prometheus::Counter*, kConnections>, kVersions> transfers_{};
  absl::flat_hash_map<std::string, prometheus::Counter*> reasons_;  // const after construction
  prometheus::Counter* other_reason_ = nullptr;
};

}  // namespace proxyherd::places
