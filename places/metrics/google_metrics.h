// Counts how calls of Google went on the wire, and why they failed.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "places/google/http.h"

namespace proxyherd {

// Thread-safe. Keeps:
//
//   proxyherd_places_google_transfers_total{http,connection}
//       http: 1.0, 1.1, 2, 3, or none when no answer began; connection: new, reused, or none when
//       none came about
//   proxyherd_places_google_errors_total{reason}
//       reason: as Google names it in ErrorInfo when places/google/google_errors.h knows it; other
//       for other reasons, none without one
//
// All exist from the start.
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

}  // namespace proxyherd
