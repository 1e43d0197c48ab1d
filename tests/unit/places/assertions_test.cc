// Tests that REQUIRES of places/ are asserted. docs/assertions.md has the whole table.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"
#include "places/assembly/make_provider.h"
#include "places/geo/candidates.h"
#include "places/geo/geo_point.h"
#include "places/geo/point_index.h"
#include "places/google/client/google_provider.h"
#include "places/google/google_price.h"
#include "places/google/google_request.h"
#include "places/guards/budget.h"
#include "places/osm/osm_cache_format.h"
#include "places/osm/osm_store_builder.h"
#include "places/place/json_writer.h"
#include "places/provider/errors.h"
#include "places/provider/fallback_provider.h"
#include "places/provider/refusal.h"
#include "places/remote/client/search_call.h"
#include "places/remote/pending_searches.h"
#include "places/service/places_service.h"
#include "places/service/search_streams.h"
#include "places/wire/search_messages.h"
#include "places/wire/search_turns.h"
#include "prometheus/registry.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

TEST(AssertionsDeathTest, PointsAreOnTheEarth) {
  EXPECT_DEATH(Store({90.1, 0}), "latitude");
  EXPECT_DEATH(Store({0, -180.1}), "longitude");
}

TEST(AssertionsDeathTest, AnIndexHasNumbersOf32Bits) {
  const StoredPoint point;
  const size_t too_many = size_t{std::numeric_limits<uint32_t>::max()} + 1;
  EXPECT_DEATH(PointIndex(absl::MakeConstSpan(&point, too_many)), "points.size");
}

TEST(AssertionsDeathTest, CandidatesHaveALimit) {
  const std::vector<StoredPoint> points = {{0, 0}};
  EXPECT_DEATH(Candidates(points, {0, 0}, 1000, 0), "limit > 0");
}

TEST(AssertionsDeathTest, JsonHasPlainKeysAndFiniteNumbers) {
  JsonWriter json;
  EXPECT_DEATH(json.Key("a\"b"), "IsPlain");
  EXPECT_DEATH(json.Number(std::numeric_limits<double>::infinity()), "isfinite");
}

TEST(AssertionsDeathTest, AnUpstreamsStatusBelongsToAnError) {
  absl::Status ok;
  EXPECT_DEATH(SetUpstreamHttpStatus(ok, 502), "!status.ok");
  EXPECT_DEATH(MarkRefusedHere(ok), "!status.ok");
  EXPECT_DEATH(ShortError(ok), "!status.ok");
  EXPECT_DEATH(CodeOfHttpStatus(200), "http_status >= 300");
}

TEST(AssertionsDeathTest, AFallbackHasProviders) {
  FakeClock time;
  EXPECT_DEATH(FallbackProvider({}, time), "providers_.empty");
}

TEST(AssertionsDeathTest, OnlyABudgetWithALimitHasCallsLeft) {
  Budget budget({.per_minute = 0, .per_day = 0}, {});
  EXPECT_DEATH(budget.LeftOfMinute(0), "per_minute > 0");
  EXPECT_DEATH(budget.LeftOfDay(0), "per_day > 0");
}

TEST(AssertionsDeathTest, APriceIsOfAValidMask) {
  EXPECT_DEATH(PriceClassOf("places.nonsense"), "ValidateFieldMask");
  EXPECT_DEATH(DescribeFieldMask(""), "ValidateFieldMask");
}

TEST(AssertionsDeathTest, GoogleIsAskedWithValidOptions) {
  const std::string key = "AIzaTestKey";
  const SearchRequest search{.radius_m = 1};
  const GoogleOptions good{.api_key = key};
  const GoogleOptions bad{.endpoint = "ftp://x", .api_key = key};
  EXPECT_DEATH(BuildGoogleRequest(bad, key, search), "ValidateGoogleOptions");
  EXPECT_DEATH(BuildGoogleRequest(good, "key\r\nx: 1", search), "IsApiKey");
  EXPECT_DEATH(GoogleProvider{bad}, "ValidateGoogleOptions");
  EXPECT_DEATH(GoogleProvider(GoogleOptions{.api_key = ""}), "IsApiKey");
}

TEST(AssertionsDeathTest, ACacheIsReadAfterItsHeaderWasChecked) {
  const OsmCacheHeader header = MakeOsmCacheHeader({}, {});
  EXPECT_DEATH(DecodeOsmCache(header, "more than nothing").IgnoreError(), "CheckOsmCacheHeader");
  OsmCacheHeader damaged = header;
  damaged.data_date[0] = '2';
  EXPECT_DEATH(DecodeOsmCache(damaged, "").IgnoreError(), "CheckOsmCacheHeader");
}

TEST(AssertionsDeathTest, AStoredPlaceHasNumberedTypes) {
  OsmStoreBuilder builder;
  EXPECT_DEATH(builder.Add(1, {0, 0}, std::nullopt, 0, ""), "types < sets_.size");
}

TEST(AssertionsDeathTest, PlacesAreMadeOfValidOptions) {
  FakeClock time;
  prometheus::Registry registry;
  ProviderOptions options;
  options.providers = {"nonsense"};
  EXPECT_DEATH(MakePlaces(options, {time, time, registry}).IgnoreError(), "ProviderOptionErrors");
}

TEST(AssertionsDeathTest, PendingSearchesAreBounded) {
  PendingSearches pending;
  while (!pending.IsFull()) pending.Add({}, 0, nullptr);
  EXPECT_DEATH(pending.Add({}, 0, nullptr), "IsFull");
}

class NoOwner final : public SearchCall::Owner {
  void OnWritten(SearchCall& /*call*/) override {}
  void OnMessage(SearchCall& /*call*/, SearchCall::Response& /*message*/) override {}
  void OnEnded(SearchCall& /*call*/, const grpc::Status& /*status*/) override {}
};

TEST(AssertionsDeathTest, ACallIsStartedOnceAndBeforeItsMessages) {
  NoOwner owner;
  EXPECT_DEATH(SearchCall("127.0.0.1:1", rpc::MakePlainChannel, owner).Write({}), "started_");
  EXPECT_DEATH(
      {
        SearchCall call("127.0.0.1:1", rpc::MakePlainChannel, owner);
        call.Start();
        call.Start();
      },
      "!started_");
}

TEST(AssertionsDeathTest, StreamsEndBeforeTheirService) {
  PlayedProvider provider;
  EXPECT_DEATH(SearchStreams(provider, kSecond).Open(), "streams_.empty");
  EXPECT_DEATH(PlacesServiceImpl(provider, 0), "max_budget_ns >");
}

TEST(AssertionsDeathTest, MessagesAreEmptyAndFailuresAreErrors) {
  v1::SearchNearbyRequest message;
  message.set_region_code("US");
  EXPECT_DEATH(ToMessage(SearchRequest(), message), "ByteSizeLong");
  v1::SearchFailure failure;
  EXPECT_DEATH(ToMessage(absl::OkStatus(), failure), "!status.ok");
}

TEST(AssertionsDeathTest, AStreamHasAStatusAtItsEnd) {
  const SearchTurns turns;
  EXPECT_DEATH(turns.status(), "finished_");
}

#endif  // NDEBUG

}  // namespace
}  // namespace proxyherd::places
