// Tests that places go in and are found, and that damaged bytes are detected.
#include "places/osm/osm_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <random>
#include <string_view>

#include "places/osm/osm_store_builder.h"
#include "places/place/packed_text.h"

namespace proxyherd::places {
namespace {

using testing::ElementsAre;
using Kind = OsmObject::Kind;

const OsmTypes kCafe = {"cafe", {"cafe", "food", "point_of_interest", "establishment"}};
const OsmTypes kAtm = {"atm", {"atm", "finance", "point_of_interest", "establishment"}};

class OsmStoreTest : public testing::Test {
 protected:
  void Add(Kind kind, int64_t id, GeoPoint point, const OsmTypes& types, bool named,
           const std::vector<OsmTag>& tags, std::optional<GeoBox> box = std::nullopt) {
    std::string packed;
    builder_.PackTags(tags, packed);
    builder_.Add(MakeOsmKey(kind, id), point, box, builder_.NumberTypes(types, named), packed);
  }
  void AddCafe(int64_t id, GeoPoint point, const std::string& name) {
    Add(Kind::kNode, id, point, kCafe, true, {{"amenity", "cafe"}, {"name", name}});
  }
  OsmStore Build() {
    absl::StatusOr<OsmStore> store = std::move(builder_).Build();
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }
  static std::vector<std::string> Ids(const OsmStore& store, const TypeFilter& filter = {},
                                      size_t limit = 20) {
    std::vector<std::string> ids;
    for (const auto& hit : store.Nearest({0, 0}, 50'000, limit, filter)) {
      const std::optional<Place> place = store.MakePlace(hit.index, "", "");
      ids.push_back(place ? place->id : "damaged");
    }
    return ids;
  }

  OsmStoreBuilder builder_;
};

TEST_F(OsmStoreTest, APlaceComesBackWithAllThatWasKept) {
  Add(Kind::kWay, 7, {48.1, 11.5}, kCafe, true,
      {{"amenity", "cafe"},
       {"name", "Kaffeehaus"},
       {"website", "https://example.org"},
       {"source:geometry", "survey"}},
      GeoBox{{48.0999, 11.4998}, {48.1003, 11.5001}});
  Add(Kind::kRelation, -8, {-48.1, 179.9999}, kCafe, true, {{"amenity", "cafe"}, {"name", "Edge"}},
      GeoBox{{-48.2, 179.9}, {-48, -179.9}});
  const OsmStore store = Build();
  ASSERT_EQ(store.size(), 2U);
  const auto place = store.MakePlace(0, "", "");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->id, "osm_way_7");
  EXPECT_EQ(place->name, "Kaffeehaus");
  EXPECT_EQ(place->website, "https://example.org");
  EXPECT_EQ(place->primary_type, "cafe");
  EXPECT_EQ(place->location.latitude, 48.1);
  EXPECT_EQ(place->location.longitude, 11.5);
  ASSERT_TRUE(place->viewport);
  EXPECT_DOUBLE_EQ(place->viewport->low.longitude, 11.4998);
  EXPECT_DOUBLE_EQ(place->viewport->high.latitude, 48.1003);
  const auto edge = store.MakePlace(1, "", "");
  ASSERT_TRUE(edge && edge->viewport);
  EXPECT_EQ(edge->id, "osm_relation_-8");
  EXPECT_DOUBLE_EQ(edge->viewport->low.longitude, 179.9);
  EXPECT_DOUBLE_EQ(edge->viewport->high.longitude, -179.9);
  // Tags that have no meaning for Google take no room.
  EXPECT_EQ(store.bytes().find("survey"), std::string_view::npos);
}

TEST_F(OsmStoreTest, NothingIsAGoodStore) {
  const OsmStore store = Build();
  EXPECT_EQ(store.size(), 0U);
  EXPECT_TRUE(store.Nearest({0, 0}, 50'000, 20, {}).empty());
  EXPECT_EQ(OsmStore().size(), 0U);
  EXPECT_TRUE(OsmStore().Nearest({0, 0}, 50'000, 20, {}).empty());
}

TEST_F(OsmStoreTest, TheNearestOfTheWantedTypesComeFirst) {
  AddCafe(3, {0, 0.3}, "C");
  AddCafe(1, {0, 0.1}, "A");
  Add(Kind::kNode, 2, {0, 0.2}, kAtm, true, {{"amenity", "atm"}, {"name", "Bank"}});
  const OsmStore store = Build();
  EXPECT_THAT(Ids(store), ElementsAre("osm_node_1", "osm_node_2", "osm_node_3"));
  EXPECT_THAT(Ids(store, {{"cafe"}, {}, {}, {}}), ElementsAre("osm_node_1", "osm_node_3"));
  EXPECT_THAT(Ids(store, {{}, {"cafe"}, {}, {}}), ElementsAre("osm_node_2"));
  EXPECT_THAT(Ids(store, {{"food"}, {}, {}, {}}, 1), ElementsAre("osm_node_1"));
}

TEST_F(OsmStoreTest, WhatHasNoNameIsFoundOnlyByItsType) {
  Add(Kind::kNode, 1, {0, 0.1}, kAtm, false, {{"amenity", "atm"}});
  Add(Kind::kNode, 2, {0, 0.2}, kAtm, true, {{"amenity", "atm"}, {"name", "Bank"}});
  AddCafe(3, {0, 0.3}, "C");
  const OsmStore store = Build();
  EXPECT_THAT(Ids(store), ElementsAre("osm_node_2", "osm_node_3"));
  EXPECT_THAT(Ids(store, {{"atm"}, {}, {}, {}}), ElementsAre("osm_node_1", "osm_node_2"));
  EXPECT_THAT(Ids(store, {{}, {}, {"atm"}, {}}), ElementsAre("osm_node_1", "osm_node_2"));
  EXPECT_THAT(Ids(store, {{}, {"cafe"}, {}, {}}), ElementsAre("osm_node_2"));
}

TEST_F(OsmStoreTest, ItsBytesAreAllOfIt) {
  for (int i = 0; i < 500; ++i) AddCafe(i, {0.0001 * i, 0.0002 * (i % 37)}, std::to_string(i));
  const OsmStore store = Build();
  absl::StatusOr<OsmStore> again = OsmStore::Parse(std::string(store.bytes()));
  ASSERT_TRUE(again.ok()) << again.status();
  OsmStore moved = *std::move(again);
  EXPECT_EQ(Ids(moved), Ids(store));
  EXPECT_EQ(moved.bytes(), store.bytes());
  EXPECT_EQ(moved.key(17), MakeOsmKey(Kind::kNode, 17));
}

// No call reads out of bounds, which the sanitizers check.
void Use(const OsmStore& store) {
  for (uint32_t i = 0; i < store.size(); ++i) store.MakePlace(i, "de", "DE");
  store.Nearest({1, 1}, 50'000, 20, {{"cafe"}, {}, {}, {}});
}

// Makes a store of one place at 10, 20 whose box has these edges (south, west, north and east),
// relative to the place, in 1e-7 degrees.
OsmStore WithEdges(const std::array<int64_t, 4>& edges) {
  OsmStoreBuilder builder;
  std::string packed;
  for (const int64_t edge : edges) PutSigned(edge, packed);
  builder.PackTags({{"amenity", "cafe"}, {"name", "Cafe"}}, packed);
  builder.Add(MakeOsmKey(Kind::kNode, 1), {10, 20}, std::nullopt, builder.NumberTypes(kCafe, true),
              packed);
  std::string bytes(std::move(builder).Build()->bytes());
  bytes[sizeof(OsmStoreHeader)] = 1;  // the record begins by saying that it has a box
  return *OsmStore::Parse(std::move(bytes));
}

// A damaged cache may contain any number.
TEST_F(OsmStoreTest, ABoxThatIsNotOnTheEarthIsDamage) {
  constexpr std::array<int64_t, 4> kAllOfIt = {-1'000'000'000, -2'000'000'000, 800'000'000,
                                               1'600'000'000};
  const auto whole = WithEdges(kAllOfIt).MakePlace(0, "", "");
  ASSERT_TRUE(whole && whole->viewport);
  EXPECT_EQ(whole->viewport->low.latitude, -90);
  EXPECT_EQ(whole->viewport->low.longitude, -180);
  EXPECT_EQ(whole->viewport->high.latitude, 90);
  EXPECT_EQ(whole->viewport->high.longitude, 180);
  for (size_t i = 0; i < kAllOfIt.size(); ++i) {
    for (const int64_t edge :
         {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(),
          i < 2 ? kAllOfIt[i] - 1 : kAllOfIt[i] + 1}) {
      std::array<int64_t, 4> edges = kAllOfIt;
      edges[i] = edge;
      EXPECT_FALSE(WithEdges(edges).MakePlace(0, "", "")) << i << ": " << edge;
    }
  }
}

TEST_F(OsmStoreTest, BytesThatAreCutOffAreRefused) {
  for (int i = 0; i < 40; ++i) AddCafe(i, {0.001 * i, 0}, "cafe");
  const OsmStore store = Build();
  for (size_t size = 0; size < store.bytes().size(); ++size) {
    const auto cut = OsmStore::Parse(std::string(store.bytes().substr(0, size)));
    EXPECT_EQ(cut.status().code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_FALSE(OsmStore::Parse(std::string(store.bytes()) + "12345678").ok());
}

TEST_F(OsmStoreTest, DamagedBytesAreRefusedOrHarmless) {
  for (int i = 0; i < 40; ++i) AddCafe(i, {0.001 * i, 0}, "cafe");
  Add(Kind::kWay, 7, {48.1, 11.5}, kAtm, false, {{"amenity", "atm"}}, GeoBox{{48, 11}, {49, 12}});
  const OsmStore store = Build();
  std::mt19937 random(20261126);
  const uint64_t extremes[] = {0, 1, 0xff, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff};
  for (int round = 0; round < 4000; ++round) {
    std::string bytes(store.bytes());
    const size_t at = random() % bytes.size();
    if (round % 2 == 0) {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    } else {
      const size_t aligned = std::min(at / 8 * 8, bytes.size() - 8);
      std::memcpy(&bytes[aligned], &extremes[random() % std::size(extremes)], 8);
    }
    if (const auto damaged = OsmStore::Parse(std::move(bytes)); damaged.ok()) Use(*damaged);
  }
}

}  // namespace
}  // namespace proxyherd::places
