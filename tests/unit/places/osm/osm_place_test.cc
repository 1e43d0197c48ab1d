// Tests a whole place made from an object's tags, and its JSON.
#include "places/osm/osm_place.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "places/place/place_json.h"

namespace proxyherd::places {
namespace {

using Tags = std::vector<OsmTag>;

Place Make(const Tags& tags, std::string_view language = "") {
  OsmObject object;
  object.id = 1;
  object.tags = tags;
  return MakeOsmPlace(object, language, "");
}

TEST(OsmPlaceTest, AnObjectIsPrintedAsGooglePrints) {
  const Tags tags = {{"amenity", "cafe"},
                     {"name", "Kerckhoff <Coffee> House"},
                     {"name:de", "Kaffeehaus"},
                     {"addr:housenumber", "308"},
                     {"addr:street", "Westwood Plaza"},
                     {"addr:city", "Los Angeles"},
                     {"addr:postcode", "90095"},
                     {"addr:country", "US"},
                     {"phone", "+1-310-206-0729"},
                     {"website", "https://asucla.ucla.edu"},
                     {"opening_hours", "Mo 07:00-02:00"},
                     {"takeaway", "yes"},
                     {"delivery", "no"},
                     {"reservation", "no"},
                     {"diet:vegan", "yes"},
                     {"outdoor_seating", "terrace"},
                     {"dog", "leashed"},
                     {"toilets", "yes"},
                     {"payment:visa", "yes"},
                     {"payment:contactless", "yes"},
                     {"wheelchair", "yes"}};
  OsmObject object;
  object.kind = OsmObject::Kind::kWay;
  object.id = 4242;
  object.location = {34.0703, -118.4438};
  object.box = GeoBox{{34.07, -118.444}, {34.0706, -118.4436}};
  object.tags = tags;
  const std::string text = RenderPlaces({MakeOsmPlace(object, "de-AT", "us")});
  EXPECT_EQ(
      nlohmann::ordered_json::parse(text).at("places").at(0).dump(),
      R"({)"
      R"("name":"places/osm_way_4242","id":"osm_way_4242",)"
      R"("types":["cafe","food","point_of_interest","establishment"],)"
      R"("internationalPhoneNumber":"+1-310-206-0729",)"
      R"("formattedAddress":"308 Westwood Plaza, Los Angeles, 90095",)"
      R"("addressComponents":[)"
      R"({"longText":"308","shortText":"308","types":["street_number"]},)"
      R"({"longText":"Westwood Plaza","shortText":"Westwood Plaza","types":["route"]},)"
      R"({"longText":"Los Angeles","shortText":"Los Angeles","types":["locality","political"]},)"
      R"({"longText":"United States","shortText":"US","types":["country","political"]},)"
      R"({"longText":"90095","shortText":"90095","types":["postal_code"]}],)"
      R"("plusCode":{"globalCode":"85633HC4+4F"},)"
      R"("location":{"latitude":34.0703,"longitude":-118.4438},)"
      R"("viewport":{"low":{"latitude":34.07,"longitude":-118.444},)"
      R"("high":{"latitude":34.0706,"longitude":-118.4436}},)"
      R"("websiteUri":"https://asucla.ucla.edu",)"
      R"("regularOpeningHours":{"periods":[)"
      R"({"open":{"day":1,"hour":7,"minute":0},"close":{"day":2,"hour":2,"minute":0}}],)"
      "\"weekdayDescriptions\":["
      "\"Monday: 7:00\u202fAM\u2009–\u20092:00\u202fAM\","
      R"("Tuesday: Closed","Wednesday: Closed","Thursday: Closed","Friday: Closed",)"
      R"("Saturday: Closed","Sunday: Closed"]},)"
      R"("businessStatus":"OPERATIONAL",)"
      R"("attributions":[{"provider":"OpenStreetMap contributors",)"
      R"("providerUri":"https://www.openstreetmap.org/copyright"}],)"
      R"("displayName":{"text":"Kaffeehaus","languageCode":"de"},)"
      R"("takeout":true,"delivery":false,"reservable":false,"servesVegetarianFood":true,)"
      R"("primaryType":"cafe",)"
      R"("shortFormattedAddress":"308 Westwood Plaza, Los Angeles",)"
      R"("outdoorSeating":true,"allowsDogs":true,"restroom":true,)"
      R"("paymentOptions":{"acceptsCreditCards":true,"acceptsCashOnly":false,"acceptsNfc":true},)"
      R"("accessibilityOptions":{"wheelchairAccessibleEntrance":true},)"
      R"("postalAddress":{"regionCode":"US","postalCode":"90095","locality":"Los Angeles",)"
      R"("addressLines":["308 Westwood Plaza"]}})");
}

TEST(OsmPlaceTest, ABareNodeHasWhatFollowsFromItsPosition) {
  const Tags tags = {{"natural", "peak"}, {"name", "Zugspitze"}};
  OsmObject object;
  object.id = 27384190;
  object.location = {47.4211, 10.9853};
  object.tags = tags;
  EXPECT_EQ(RenderPlaces({MakeOsmPlace(object, "en", "DE")}), R"({
  "places": [
    {
      "name": "places/osm_node_27384190",
      "id": "osm_node_27384190",
      "types": [
        "mountain_peak",
        "natural_feature"
      ],
      "plusCode": {
        "globalCode": "8FVGCXCP+C4"
      },
      "location": {
        "latitude": 47.4211,
        "longitude": 10.9853
      },
      "viewport": {
        "low": {
          "latitude": 47.419751,
          "longitude": 10.983951
        },
        "high": {
          "latitude": 47.422449,
          "longitude": 10.986649
        }
      },
      "attributions": [
        {
          "provider": "OpenStreetMap contributors",
          "providerUri": "https://www.openstreetmap.org/copyright"
        }
      ],
      "displayName": {
        "text": "Zugspitze"
      },
      "primaryType": "mountain_peak"
    }
  ]
})");
}

TEST(OsmPlaceTest, AlwaysOpenIsOnePeriodThatNeverCloses) {
  const Tags tags = {{"amenity", "atm"}, {"opening_hours", "24/7"}};
  EXPECT_NE(nlohmann::ordered_json::parse(RenderPlaces({Make(tags)}))
                .dump()
                .find(R"("periods":[{"open":{"day":0,"hour":0,"minute":0}}],)"),
            std::string::npos);
}

TEST(OsmPlaceTest, IdsSayWhatTheObjectIs) {
  using Kind = OsmObject::Kind;
  const std::pair<Kind, const char*> table[] = {
      {Kind::kNode, "osm_node_7"}, {Kind::kWay, "osm_way_7"}, {Kind::kRelation, "osm_relation_7"}};
  for (const auto& [kind, id] : table) {
    OsmObject object;
    object.kind = kind;
    object.id = 7;
    EXPECT_EQ(MakeOsmPlace(object, "", "").id, id);
  }
}

TEST(OsmPlaceTest, TheNameIsInTheLanguageThatIsAsked) {
  const Tags tags = {{"brand", "Brand"},   {"name:pt", "Nome"},       {"name", "Name"},
                     {"name:en", "E"},     {"name:zh-Hant", "Z"},     {"name:fr", ""},
                     {"name:prefix", "P"}, {"name:etymology", "Eve"}, {"operator", "O"}};
  struct Row {
    const char* language;
    const char* name;
    const char* name_language;
  };
  const Row table[] = {{"", "Name", ""},
                       {"de", "Name", ""},
                       {"en", "E", "en"},
                       {"EN-gb", "E", "en"},
                       {"pt-BR", "Nome", "pt"},
                       {"zh", "Name", ""},
                       {"zh-Hant-TW", "Z", "zh-Hant"},
                       {"fr", "Name", ""},
                       {"prefix", "Name", ""},
                       {"-", "Name", ""}};
  for (const auto& [language, name, name_language] : table) {
    const Place place = Make(tags, language);
    EXPECT_EQ(place.name, name) << language;
    EXPECT_EQ(place.name_language, name_language) << language;
  }
}

TEST(OsmPlaceTest, ABrandOrAnOperatorStandsInForAName) {
  EXPECT_EQ(Make({{"operator", "O"}, {"brand", "B"}}).name, "B");
  EXPECT_EQ(Make({{"operator", "O"}}).name, "O");
  EXPECT_EQ(Make({{"amenity", "bench"}}).name, "");
}

TEST(OsmPlaceTest, QuestionsAreAnsweredOrLeftOpen) {
  using Field = std::optional<bool> (*)(const Place&);
  struct Row {
    Field field;
    OsmTag tag;
    std::optional<bool> answer;
  };
  const Field takeout = [](const Place& place) { return place.takeout; };
  const Field delivery = [](const Place& place) { return place.delivery; };
  const Field reservable = [](const Place& place) { return place.reservable; };
  const Field vegetarian = [](const Place& place) { return place.serves_vegetarian_food; };
  const Field outside = [](const Place& place) { return place.outdoor_seating; };
  const Field dogs = [](const Place& place) { return place.allows_dogs; };
  const Field restroom = [](const Place& place) { return place.restroom; };
  const Field entrance = [](const Place& place) { return place.accessibility.wheelchair_entrance; };
  const Field wc = [](const Place& place) { return place.accessibility.wheelchair_restroom; };
  const Field credit = [](const Place& place) { return place.payment.credit_cards; };
  const Field debit = [](const Place& place) { return place.payment.debit_cards; };
  const Field nfc = [](const Place& place) { return place.payment.nfc; };
  const Field cash_only = [](const Place& place) { return place.payment.cash_only; };
  const Row table[] = {{takeout, {"takeaway", "only"}, true},
                       {takeout, {"takeaway", "no"}, false},
                       {takeout, {"takeout", "yes"}, true},
                       {takeout, {"takeaway", "perhaps"}, {}},
                       {delivery, {"delivery", "yes"}, true},
                       {delivery, {"delivery", "Mo-Fr 10:00-12:00"}, {}},
                       {reservable, {"reservation", "required"}, true},
                       {reservable, {"reservation", "members_only"}, {}},
                       {vegetarian, {"diet:vegetarian", "only"}, true},
                       {vegetarian, {"diet:vegetarian", "no"}, false},
                       {vegetarian, {"diet:vegan", "yes"}, true},
                       {vegetarian, {"diet:vegan", "no"}, {}},
                       {outside, {"outdoor_seating", "garden"}, true},
                       {outside, {"outdoor_seating", "no"}, false},
                       {outside, {"outdoor_seating", "unknown"}, {}},
                       {dogs, {"dog", "yes"}, true},
                       {dogs, {"dog", "no"}, false},
                       {dogs, {"dog", "outside"}, {}},
                       {restroom, {"toilets", "yes"}, true},
                       {restroom, {"toilets", "customers"}, {}},
                       {entrance, {"wheelchair", "designated"}, true},
                       {entrance, {"wheelchair", "no"}, false},
                       {entrance, {"wheelchair", "limited"}, {}},
                       {wc, {"toilets:wheelchair", "yes"}, true},
                       {credit, {"payment:credit_cards", "no"}, false},
                       {credit, {"payment:mastercard", "yes"}, true},
                       {credit, {"payment:mastercard", "no"}, {}},
                       {debit, {"payment:girocard", "yes"}, true},
                       {debit, {"payment:debit_cards", "no"}, false},
                       {nfc, {"payment:contactless", "yes"}, true},
                       {cash_only, {"payment:cash", "only"}, true},
                       {cash_only, {"payment:cash", "yes"}, {}},
                       {cash_only, {"payment:visa", "yes"}, false}};
  for (const auto& [field, tag, answer] : table) {
    EXPECT_EQ(field(Make({tag})), answer) << tag.key << "=" << tag.value;
    EXPECT_EQ(field(Make({})), std::nullopt);
    EXPECT_TRUE(IsKeptOsmTag(tag.key)) << tag.key;
  }
}

TEST(OsmPlaceTest, WhatCannotBeReadIsLeftOut) {
  const Place place = Make({{"shop", "books"},
                            {"phone", "ask inside"},
                            {"website", "none"},
                            {"opening_hours", "by appointment"}});
  EXPECT_EQ(place.national_phone, "");
  EXPECT_EQ(place.international_phone, "");
  EXPECT_EQ(place.website, "");
  EXPECT_TRUE(place.opening_hours.periods.empty());
}

TEST(OsmPlaceTest, OtherTagsAreReadWhereTheFirstIsMissing) {
  EXPECT_EQ(Make({{"contact:phone", "+49 1234"}}).international_phone, "+49 1234");
  EXPECT_EQ(Make({{"contact:website", "a.de"}}).website, "http://a.de");
  EXPECT_EQ(Make({{"url", "b.de"}, {"website", "c.de"}}).website, "http://c.de");
}

TEST(OsmPlaceTest, BytesThatAreNotTextStillMakeJson) {
  const std::string bad = "\xFF\xC3 x\xED\xA0\x80 \x01";
  const Tags tags = {{"amenity", "cafe"},   {"name", bad},      {"addr:street", bad},
                     {"addr:country", bad}, {"addr:unit", bad}, {"addr:full", bad},
                     {"website", bad},      {"phone", bad},     {"opening_hours", bad},
                     {"addr:state", bad},   {"cuisine", bad},   {"website", "http://a\xFF.de"}};
  const std::string text = RenderPlaces({Make(tags)});
  EXPECT_TRUE(nlohmann::json::accept(text)) << text;
}

TEST(OsmPlaceTest, OtherTagsNeedNotBeKept) {
  for (const char* key : {"name", "name:de", "name:zh-Hant", "brand", "operator", "addr:street",
                          "addr:full", "amenity", "cuisine", "opening_hours", "payment:visa"}) {
    EXPECT_TRUE(IsKeptOsmTag(key)) << key;
  }
  for (const char* key :
       {"", "name:", "name:etymology:wikidata", "name:prefix", "name:-", "name:de-", "source",
        "brand:wikidata", "addr:floor", "opening_hours:kitchen", "payment:bitcoin", "check_date"}) {
    EXPECT_FALSE(IsKeptOsmTag(key)) << key;
  }
}

}  // namespace
}  // namespace proxyherd::places
