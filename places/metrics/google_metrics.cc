// All series are created at construction, so that calls only increment them.
#include "places/metrics/google_metrics.h"

#include <string_view>

#include "places/google/google_errors.h"
#include "places/provider/errors.h"

namespace proxyherd::places {

GoogleMetrics::GoogleMetrics(prometheus::Registry& registry) {
  auto& transfers = prometheus::BuildCounter()
                        .Name("proxyherd_places_google_transfers_total")
                        .Help("Finished calls to Google, by HTTP version and connection.")
                        .Register(registry);
  constexpr const char* kVersionLabels[kVersions] = {"none", "1.0", "1.1", "2", "3"};
  constexpr const char* kConnectionLabels[kConnections] = {"none", "new", "reused"};
  for (size_t version = 0; version < kVersions; ++version) {
    for (size_t connection = 0; connection < kConnections; ++connection) {
      transfers_[version][connection] = &transfers.Add(
          {{"http", kVersionLabels[version]}, {"connection", kConnectionLabels[connection]}});
    }
  }
  auto& errors = prometheus::BuildCounter()
                     .Name("proxyherd_places_google_errors_total")
                     .Help("Failed calls to Google, by Google's reason.")
                     .Register(registry);
  for (const std::string_view reason : KnownGoogleReasons()) {
    reasons_[std::string(reason)] = &errors.Add({{"reason", std::string(reason)}});
  }
  reasons_[""] = &errors.Add({{"reason", "none"}});
  other_reason_ = &errors.Add({{"reason", "other"}});
}

void GoogleMetrics::CountTransfer(const TransferFacts& facts) {
  transfers_[static_cast<size_t>(facts.version)][static_cast<size_t>(facts.connection)]
      ->Increment();
}

void GoogleMetrics::CountError(const absl::Status& error) {
  const auto found = reasons_.find(UpstreamReason(error));
  (found == reasons_.end() ? other_reason_ : found->second)->Increment();
}

}  // namespace proxyherd::places
