// Tests which objects become places, where they are, and which are only counted.
#include "places/osm/osm_gatherer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proxyherd::places {
namespace {

using testing::ElementsAre;
using Tags = std::vector<OsmTag>;

// An extract that a test writes: in any order, read in three passes.
class Extract {
 public:
  Extract& Node(int64_t id, GeoPoint point, Tags tags = {}) {
    nodes_.push_back({id, std::move(tags), point, {}});
    return *this;
  }
  Extract& Way(int64_t id, std::vector<int64_t> nodes, Tags tags = {}) {
    ways_.push_back({id, std::move(tags), {}, std::move(nodes)});
    return *this;
  }
  Extract& Relation(int64_t id, std::vector<int64_t> ways, Tags tags) {
    relations_.push_back({id, std::move(tags), {}, std::move(ways)});
    return *this;
  }

  // Returns each place as "id latitude longitude", the one nearest to 0, 0 first.
  std::vector<std::string> Places() {
    OsmGatherer gatherer;
    for (const Object& r : relations_) gatherer.AddRelation(r.id, r.tags, r.parts);
    gatherer.EndRelations();
    for (const Object& w : ways_) gatherer.AddWay(w.id, w.tags, w.parts);
    gatherer.EndWays();
    for (const Object& n : nodes_) gatherer.AddNode(n.id, n.tags, n.point);
    const absl::StatusOr<OsmStore> store = gatherer.Finish();
    EXPECT_TRUE(store.ok()) << store.status();
    counts = gatherer.counts();
    EXPECT_EQ(counts.places, store->size());
    std::vector<std::string> places;
    const TypeFilter any = {{"establishment", "political", "natural_feature"}, {}, {}, {}};
    for (const auto& hit : store->Nearest({0, 0}, 2e7, 1000, any)) {
      const std::optional<Place> place = store->MakePlace(hit.index, "", "");
      if (!place) return {"damaged"};
      places.push_back(
          absl::StrCat(place->id, " ", place->location.latitude, " ", place->location.longitude));
    }
    return places;
  }

  OsmCounts counts;

 private:
  struct Object {
    int64_t id;
    Tags tags;
    GeoPoint point;
    std::vector<int64_t> parts;
  };
  std::vector<Object> nodes_, ways_, relations_;
};

const Tags kCafe = {{"amenity", "cafe"}, {"name", "Cafe"}};
const Tags kPark = {{"leisure", "park"}, {"name", "Park"}};
const Tags kParkArea = {{"type", "multipolygon"}, {"leisure", "park"}, {"name", "Park"}};

Extract WithSquare() {
  return Extract().Node(1, {0, 0}).Node(2, {0, 2}).Node(3, {2, 2}).Node(4, {2, 0});
}

TEST(OsmGathererTest, NodesAreWhereTheyAre) {
  Extract extract;
  extract.Node(7, {1, 2}, kCafe).Node(8, {3, 4});
  EXPECT_THAT(extract.Places(), ElementsAre("osm_node_7 1 2"));
  EXPECT_EQ(extract.counts.nodes, 2U);
}

TEST(OsmGathererTest, WaysAreAtTheirMiddle) {
  Extract extract = WithSquare();
  extract.Way(5, {1, 2, 3, 4, 1}, kPark).Way(6, {1, 2, 3, 4, 1});
  EXPECT_THAT(extract.Places(), ElementsAre("osm_way_5 1 1"));
  EXPECT_EQ(extract.counts.ways, 2U);
  EXPECT_EQ(extract.counts.ways_incomplete, 0U);
}

TEST(OsmGathererTest, RelationsAreAtTheMiddleOfTheirOutline) {
  Extract extract = WithSquare();
  extract.Way(5, {1, 2, 3}).Way(6, {1, 4, 3}).Relation(9, {5, 6}, kParkArea);
  EXPECT_THAT(extract.Places(), ElementsAre("osm_relation_9 1 1"));
  EXPECT_EQ(extract.counts.relations_incomplete, 0U);
}

TEST(OsmGathererTest, AWayCanBeAPlaceAndAPartOfOne) {
  Extract extract = WithSquare();
  extract.Way(5, {1, 2, 3, 4, 1}, kPark).Relation(9, {5}, kParkArea).Relation(10, {5}, kParkArea);
  EXPECT_THAT(extract.Places(), testing::UnorderedElementsAre("osm_way_5 1 1", "osm_relation_9 1 1",
                                                              "osm_relation_10 1 1"));
}

TEST(OsmGathererTest, OnlyAreasAreTakenOfRelations) {
  Extract extract = WithSquare();
  extract.Way(5, {1, 2, 3, 4, 1}).Relation(9, {5}, kPark);
  EXPECT_THAT(extract.Places(), ElementsAre());
}

TEST(OsmGathererTest, WhatIsIncompleteIsWhereTheRestOfItIs) {
  Extract extract = WithSquare();
  extract.Way(5, {1, 99, 2, 98}, kPark);                   // open: the nodes 1 and 2
  extract.Way(6, {4, 3}).Relation(9, {6, 77}, kParkArea);  // not a ring: the middle of 4 and 3
  EXPECT_THAT(extract.Places(), ElementsAre("osm_way_5 0 1", "osm_relation_9 2 1"));
  EXPECT_EQ(extract.counts.ways_incomplete, 1U);
  EXPECT_EQ(extract.counts.relations_incomplete, 1U);
}

TEST(OsmGathererTest, WhatIsNotThereAtAllIsCounted) {
  Extract extract;
  extract.Way(5, {1, 2}, kPark).Way(6, {}, kPark).Way(7, {1, 2});
  extract.Relation(9, {70, 71}, kParkArea).Relation(10, {}, kParkArea);
  extract.Relation(11, {7}, kParkArea);
  EXPECT_THAT(extract.Places(), ElementsAre());
  EXPECT_EQ(extract.counts.ways_without_nodes, 2U);
  EXPECT_EQ(extract.counts.relations_without_ways, 3U);
  EXPECT_EQ(extract.counts.ways_incomplete + extract.counts.relations_incomplete, 0U);
}

TEST(OsmGathererTest, NodesThatAreNotOnTheEarthAreCounted) {
  Extract extract;
  extract.Node(1, {91, 0}, kCafe).Node(2, {0, 214.7}, kCafe).Node(3, {NAN, NAN}).Node(4, {0, 0});
  extract.Way(5, {1, 4}, kPark);
  EXPECT_THAT(extract.Places(), ElementsAre("osm_way_5 0 0"));
  EXPECT_EQ(extract.counts.nodes_without_location, 3U);
  EXPECT_EQ(extract.counts.ways_incomplete, 1U);
}

TEST(OsmGathererTest, OnlyAFewKindsAreTakenWithoutAName) {
  Extract extract;
  extract.Node(1, {0, 1}, {{"amenity", "cafe"}})
      .Node(2, {0, 2}, {{"amenity", "atm"}})
      .Node(3, {0, 3}, {{"amenity", "toilets"}})
      .Node(4, {0, 4}, {{"amenity", "parking"}})
      .Node(5, {0, 5}, {{"leisure", "playground"}})
      .Node(6, {0, 6}, {{"amenity", "fuel"}, {"brand", "Fuel"}})
      .Node(7, {0, 7}, {{"highway", "crossing"}})
      .Node(8, {0, 8}, {{"highway", "residential"}, {"name", "Road"}});
  EXPECT_THAT(extract.Places(),
              ElementsAre("osm_node_2 0 2", "osm_node_3 0 3", "osm_node_4 0 4", "osm_node_6 0 6"));
  EXPECT_EQ(extract.counts.unnamed_places, 3U);
  EXPECT_EQ(extract.counts.unnamed_skipped, 2U);
  EXPECT_EQ(extract.counts.unmapped, 1U);
}

TEST(OsmGathererTest, OpeningHoursThatAreNotUnderstoodAreCounted) {
  Extract extract;
  int64_t id = 0;
  for (const char* hours : {"Mo-Fr 08:00-18:00", "24/7", "sunrise-sunset", "ask the cat"}) {
    Tags tags = kCafe;
    tags.push_back({"opening_hours", hours});
    extract.Node(++id, {0, 0}, tags);
  }
  EXPECT_EQ(extract.Places().size(), 4U);
  EXPECT_EQ(extract.counts.hours, 4U);
  EXPECT_EQ(extract.counts.hours_unread, 2U);
}

TEST(OsmGathererTest, WhatIsNowhereIsNotCountedAmongThePlaces) {
  const Tags nameless = {{"amenity", "parking"}, {"opening_hours", "ask the cat"}};
  Tags nameless_area = nameless;
  nameless_area.push_back({"type", "multipolygon"});
  Extract extract = WithSquare();
  extract.Way(5, {1, 2, 3}, nameless)
      .Way(6, {77, 78}, nameless)
      .Relation(7, {79}, nameless_area)
      .Node(8, {0, 200}, nameless);
  EXPECT_EQ(extract.Places().size(), 1U);
  EXPECT_EQ(extract.counts.ways_without_nodes, 1U);
  EXPECT_EQ(extract.counts.relations_without_ways, 1U);
  EXPECT_EQ(extract.counts.unnamed_places, 1U);
  EXPECT_EQ(extract.counts.hours, 1U);
  EXPECT_EQ(extract.counts.hours_unread, 1U);
}

// A city's objects, tagged as mappers do.
TEST(OsmGathererTest, MostOfWhatACityNamesByAMainKeyIsMapped) {
  const Tags city[] = {
      {{"amenity", "restaurant"}, {"cuisine", "italian"}},
      {{"amenity", "restaurant"}, {"cuisine", "thai;vietnamese"}, {"takeaway", "yes"}},
      {{"amenity", "fast_food"}, {"cuisine", "kebab"}, {"brand", "Doner"}},
      {{"amenity", "cafe"}, {"cuisine", "coffee_shop"}, {"internet_access", "wlan"}},
      {{"amenity", "bar"}, {"outdoor_seating", "yes"}},
      {{"amenity", "pub"}, {"building", "yes"}},
      {{"amenity", "bank"}, {"atm", "yes"}},
      {{"amenity", "pharmacy"}, {"dispensing", "yes"}, {"healthcare", "pharmacy"}},
      {{"amenity", "doctors"}, {"healthcare", "doctor"}, {"healthcare:speciality", "general"}},
      {{"amenity", "dentist"}},
      {{"amenity", "school"}, {"isced:level", "1;2"}},
      {{"amenity", "kindergarten"}, {"operator:type", "religious"}},
      {{"amenity", "place_of_worship"}, {"religion", "christian"}, {"building", "church"}},
      {{"amenity", "library"}},
      {{"amenity", "theatre"}, {"building", "yes"}},
      {{"amenity", "post_office"}},
      {{"amenity", "fuel"}, {"shop", "convenience"}},
      {{"amenity", "parking"}, {"parking", "underground"}, {"fee", "yes"}},
      {{"amenity", "fountain"}},
      {{"amenity", "social_facility"}, {"social_facility", "nursing_home"}},
      {{"shop", "supermarket"}, {"wheelchair", "yes"}},
      {{"shop", "bakery"}},
      {{"shop", "clothes"}, {"clothes", "women"}},
      {{"shop", "hairdresser"}, {"unisex", "yes"}},
      {{"shop", "books"}},
      {{"shop", "kiosk"}},
      {{"shop", "musical_instrument"}},
      {{"shop", "travel_agency"}},
      {{"tourism", "hotel"}, {"stars", "3"}, {"building", "yes"}},
      {{"tourism", "museum"}, {"museum", "art"}},
      {{"tourism", "artwork"}, {"artwork_type", "sculpture"}},
      {{"leisure", "park"}},
      {{"leisure", "playground"}},
      {{"leisure", "sports_centre"}, {"sport", "climbing"}},
      {{"leisure", "fitness_centre"}},
      {{"office", "lawyer"}},
      {{"office", "company"}},
      {{"craft", "tailor"}},
      {{"healthcare", "physiotherapist"}},
      {{"historic", "memorial"}, {"memorial", "plaque"}},
      {{"historic", "monument"}},
      // Tagged in ways for which Google has no type.
      {{"amenity", "clock"}},
      {{"tourism", "information"}, {"information", "board"}},
      {{"amenity", "vending_machine"}, {"vending", "parking_tickets"}},
  };
  Extract extract;
  int64_t id = 0;
  for (Tags tags : city) {
    tags.push_back({"name", "Name"});
    extract.Node(++id, {0, 0.001 * static_cast<double>(id)}, tags);
  }
  // Streets and objects without a name are not counted, though the latter may be places.
  extract.Node(1001, {1, 1}, {{"highway", "residential"}, {"name", "Road"}})
      .Node(1002, {1, 1}, {{"amenity", "atm"}});
  extract.Places();
  EXPECT_EQ(extract.counts.main_named, std::size(city));
  EXPECT_EQ(extract.counts.main_unmapped, 3U);
  EXPECT_GE(static_cast<double>(std::size(city) - extract.counts.main_unmapped),
            0.92 * static_cast<double>(std::size(city)));
}

}  // namespace
}  // namespace proxyherd::places
