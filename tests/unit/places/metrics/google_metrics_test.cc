// Tests that Google's calls are counted by result and reason of failure.
#include "places/metrics/google_metrics.h"

#include <gtest/gtest.h>

#include "places/provider/errors.h"

namespace proxyherd::places {
namespace {

class GoogleMetricsTest : public testing::Test {
 protected:
  // Returns the counter of a family with this label, and the second one if given; -1 if missing.
  double Value(const std::string& family, const std::string& first,
               const std::string& second = "") {
    for (const auto& found : registry_.Collect()) {
      if (found.name != family) continue;
      for (const auto& metric : found.metric) {
        bool has_first = false;
        bool has_second = second.empty();
        for (const auto& label : metric.label) {
          has_first = has_first || label.name + "=" + label.value == first;
          has_second = has_second || label.name + "=" + label.value == second;
        }
        if (has_first && has_second) return metric.counter.value;
      }
    }
    return -1;
  }

  prometheus::Registry registry_;
  GoogleMetrics metrics_{registry_};
};

TEST_F(GoogleMetricsTest, TransfersAreCountedByVersionAndConnection) {
  constexpr char kFamily[] = "proxyherd_places_google_transfers_total";
  using Facts = TransferFacts;
  metrics_.CountTransfer({Facts::Version::kHttp2, Facts::Connection::kNew});
  metrics_.CountTransfer({Facts::Version::kHttp2, Facts::Connection::kReused});
  metrics_.CountTransfer({Facts::Version::kHttp2, Facts::Connection::kReused});
  metrics_.CountTransfer({});
  EXPECT_EQ(Value(kFamily, "http=2", "connection=new"), 1);
  EXPECT_EQ(Value(kFamily, "http=2", "connection=reused"), 2);
  EXPECT_EQ(Value(kFamily, "http=none", "connection=none"), 1);
  EXPECT_EQ(Value(kFamily, "http=1.1", "connection=new"), 0);
}

TEST_F(GoogleMetricsTest, ErrorsAreCountedByReasonsOfAClosedSet) {
  constexpr char kFamily[] = "proxyherd_places_google_errors_total";
  absl::Status error = absl::PermissionDeniedError("m");
  metrics_.CountError(error);
  SetUpstreamReason(error, "BILLING_DISABLED");
  metrics_.CountError(error);
  SetUpstreamReason(error, "NEVER_HEARD_OF");
  metrics_.CountError(error);
  EXPECT_EQ(Value(kFamily, "reason=none"), 1);
  EXPECT_EQ(Value(kFamily, "reason=BILLING_DISABLED"), 1);
  EXPECT_EQ(Value(kFamily, "reason=other"), 1);
  EXPECT_EQ(Value(kFamily, "reason=NEVER_HEARD_OF"), -1);
}

}  // namespace
}  // namespace proxyherd::places
