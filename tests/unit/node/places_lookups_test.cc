// Tests the search that a WHATSAT becomes, and the answer that its outcome becomes.
#include "node/places_lookups.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "places/provider/errors.h"
#include "tests/support/played_provider.h"

namespace proxyherd::node {
namespace {

class PlacesLookupsTest : public testing::Test {
 protected:
  PlacesLookupsTest() {
    LookupIn(provider_)({34, -118, 2000, 7}, [this](const gateway::PlacesAnswer& answer) {
      if (const auto* json = std::get_if<std::string>(&answer)) {
        answered_ = *json;
      } else {
        const auto& failure = std::get<gateway::PlacesFailure>(answer);
        answered_ = absl::StrCat(failure.http_code, " ", failure.status, " ", failure.message);
      }
    });
  }

  std::string answered_;
  // Must be last: its destructor answers the open calls.
  const std::shared_ptr<PlayedProvider> provider_ = std::make_shared<PlayedProvider>();
};

TEST_F(PlacesLookupsTest, AsksForTheCircleAndGivesFiveSeconds) {
  ASSERT_EQ(provider_->open.size(), 1);
  places::SearchRequest wanted;
  wanted.latitude = 34;
  wanted.longitude = -118;
  wanted.radius_m = 2000;
  wanted.max_results = 7;
  EXPECT_EQ(provider_->open[0].request, wanted);
  EXPECT_EQ(provider_->open[0].budget_ns, 5 * kSecond);
}

TEST_F(PlacesLookupsTest, PassesTheJsonOn) {
  provider_->Answer("{7}");
  EXPECT_EQ(answered_, "{7}");
}

TEST_F(PlacesLookupsTest, AnErrorHasTheHttpStatusOfItsCode) {
  provider_->Answer(absl::UnavailableError("away"));
  EXPECT_EQ(answered_, "503 UNAVAILABLE away");
}

TEST_F(PlacesLookupsTest, AnErrorOfTheUpstreamKeepsItsHttpStatus) {
  absl::Status error = absl::InvalidArgumentError("bad key");
  places::SetUpstreamHttpStatus(error, 418);
  provider_->Answer(error);
  EXPECT_EQ(answered_, "418 INVALID_ARGUMENT bad key");
}

}  // namespace
}  // namespace proxyherd::node
