// Tests that an empty answer from data that does not cover the area is not taken for an answer.
#include "places/provider/coverage_provider.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/env.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

class CoverageProviderTest : public testing::Test {
 protected:
  CoverageProviderTest() {
    auto played = std::make_unique<PlayedProvider>("osm");
    played_ = played.get();
    coverage_ = std::make_unique<CoverageProvider>(std::move(played));
    SearchRequest request = RequestNumber(1);
    request.types.included = {"zoo"};
    coverage_->Search(request, kSecond, outcome_.Take());
  }

  PlayedProvider* played_ = nullptr;
  Outcome outcome_;
  std::unique_ptr<CoverageProvider> coverage_;
};

TEST_F(CoverageProviderTest, APlaceIsPassedOn) {
  played_->Answer("{1}");
  EXPECT_EQ(outcome_.Text(), "{1}");
  EXPECT_EQ(played_->asked, 1);
}

TEST_F(CoverageProviderTest, NothingAmongOthersIsAnAnswer) {
  played_->Answer("{}");
  ASSERT_EQ(played_->open.size(), 1U);
  EXPECT_EQ(played_->open[0].request.radius_m, kMaxRadiusM);
  EXPECT_EQ(played_->open[0].request.max_results, 1);
  EXPECT_EQ(played_->open[0].request.types, TypeFilter());
  played_->Answer("{1}");
  EXPECT_EQ(outcome_.Text(), "{}");
}

TEST_F(CoverageProviderTest, NothingAtAllMeansThatTheDataIsOfElsewhere) {
  played_->Answer("{}");
  played_->Answer("{}");
  EXPECT_EQ(outcome_.Text(), "OUT_OF_RANGE: no data within 50 km");
}

TEST_F(CoverageProviderTest, AnErrorIsPassedOn) {
  played_->Answer(absl::UnavailableError("away"));
  EXPECT_EQ(outcome_.Text(), "UNAVAILABLE: away");
}

}  // namespace
}  // namespace proxyherd::places
