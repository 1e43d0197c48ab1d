// Tests the embedded world as a user sees it.
#include "places/world/world_provider.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/env.h"
#include "places/data/embedded_world.h"

namespace proxyherd::places {
namespace {

using Json = nlohmann::ordered_json;

class WorldProviderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto loaded = WorldProvider::Load();
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    provider_ = loaded->release();
  }
  static void TearDownTestSuite() {
    delete provider_;
    provider_ = nullptr;
  }

  static absl::StatusOr<SearchAnswer> Search(const SearchRequest& request) {
    absl::StatusOr<SearchAnswer> result = absl::InternalError("done was not called");
    provider_->Search(request, kSecond, [&](auto answer) { result = std::move(answer); });
    return result;
  }

  static std::vector<std::string> Names(const SearchRequest& request) {
    const auto answer = Search(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> names;
    if (!answer.ok()) return names;
    EXPECT_EQ(answer->provider, "world");
    const Json json = Json::parse(answer->json);
    for (const Json& place : json.value("places", Json::array())) {
      names.push_back(place.at("displayName").at("text"));
      EXPECT_FALSE(place.at("attributions").empty());
    }
    return names;
  }

  static WorldProvider* provider_;
};

WorldProvider* WorldProviderTest::provider_ = nullptr;

TEST_F(WorldProviderTest, NearUclaTheNearestComeFirst) {
  const std::vector<std::string> names = Names({34.0689, -118.4451, 2000, 20});
  ASSERT_GE(names.size(), 5U);
  EXPECT_EQ(names[0], "Ronald Reagan UCLA Medical Center Helistop");
  EXPECT_EQ(names[1], "UCLA Emergency Medicine Department Heliport");
  EXPECT_EQ(names[2], "UCLA Wilshire Glendon Heliport");
  EXPECT_EQ(names[3], "The Wilshire Thayer Heliport");
  EXPECT_EQ(names[4], "Westwood");
}

TEST_F(WorldProviderTest, TheBoundHolds) {
  EXPECT_EQ(Names({34.0689, -118.4451, 50'000, 3}).size(), 3U);
  EXPECT_EQ(Names({34.0689, -118.4451, 50'000, 20}).size(), 20U);
}

TEST_F(WorldProviderTest, TheMiddleOfAnOceanIsEmpty) {
  const auto answer = Search({-48.9, -123.4, 50'000, 20});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->json, "{}");
}

TEST_F(WorldProviderTest, PolesAndDateLineAreOrdinary) {
  EXPECT_EQ(Names({-90, 0, 50'000, 1}), Names({-90, 137, 50'000, 1}));
  EXPECT_FALSE(Names({-90, 0, 50'000, 1}).empty());
  // Taveuni in Fiji lies on the 180th meridian.
  EXPECT_FALSE(Names({-16.8, 180, 50'000, 20}).empty());
  EXPECT_EQ(Names({-16.8, 180, 50'000, 20}), Names({-16.8, -180, 50'000, 20}));
}

TEST_F(WorldProviderTest, TypesAreFilteredInsideTheSearch) {
  SearchRequest request{34.0689, -118.4451, 20'000, 1};
  request.types.included = {"international_airport"};
  EXPECT_EQ(Names(request), std::vector<std::string>{"Los Angeles International Airport"});
}

TEST_F(WorldProviderTest, TheMostPopularNearUclaIsTheCity) {
  SearchRequest request{34.0689, -118.4451, 50'000, 1};
  request.rank = Rank::kPopularity;
  EXPECT_EQ(Names(request), std::vector<std::string>{"Los Angeles"});
}

TEST_F(WorldProviderTest, ATypeThatIsNoneIsRefused) {
  SearchRequest request{34.0689, -118.4451, 50'000, 1};
  request.types.included = {"airports"};
  EXPECT_EQ(Search(request).status(),
            absl::InvalidArgumentError("included_types must have types of Google's Table A, not "
                                       "\"airports\"; did you mean \"airport\"?"));
}

TEST_F(WorldProviderTest, ItTellsWhatItHolds) {
  const std::vector<ProviderStatus> statuses = provider_->Describe();
  ASSERT_EQ(statuses.size(), 1U);
  EXPECT_EQ(statuses[0].name, "world");
  EXPECT_EQ(statuses[0].state, ProviderStatus::State::kServing);
  EXPECT_EQ(statuses[0].reason, "");
  EXPECT_GT(statuses[0].records.value_or(0), 100'000);
  EXPECT_EQ(statuses[0].data_date, "2023-03-01");
  ASSERT_EQ(statuses[0].attributions.size(), 2U);
  EXPECT_EQ(statuses[0].attributions[0].name, "GeoNames");
  EXPECT_EQ(statuses[0].attributions[1].uri, "https://ourairports.com");
  EXPECT_FALSE(statuses[0].budget_left_day.has_value());
}

TEST_F(WorldProviderTest, ARequestOutOfRangeIsRefused) {
  EXPECT_EQ(Search({91, 0, 1, 1}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(DecompressTest, ADamagedFrameIsAnErrorNotACrash) {
  std::string frame(EmbeddedWorld());
  EXPECT_EQ(Decompress(frame, 1000).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Decompress("no frame", 1 << 20).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Decompress("", 1 << 20).status().code(), absl::StatusCode::kDataLoss);
  frame.resize(frame.size() / 2);
  EXPECT_EQ(Decompress(frame, 256 << 20).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace proxyherd::places
