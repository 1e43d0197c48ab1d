// Tests the price of a field mask, and the errors of wrong ones.
#include "places/google/google_price.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "places/google/google_request.h"

namespace proxyherd::places {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FieldMaskTest, GoodOnesPass) {
  for (const char* mask :
       {"*", "places.id", "places.displayName.text,places.location.latitude",
        "places.viewport.low.latitude", "places.photos.authorAttributions.uri", "*,places.id",
        "places.regularOpeningHours.periods.open.day", kGoogleFieldMask}) {
    EXPECT_TRUE(ValidateFieldMask(mask).ok()) << ValidateFieldMask(mask);
  }
}

TEST(FieldMaskTest, AnUnknownPathIsToldTheNearest) {
  const std::pair<const char*, const char*> table[] = {
      {"places.id,places.displayNam", "nearest is places.displayName"},
      {"places.display_name", "nearest is places.displayName"},
      {"places.phone", "a place has no field phone"},
      {"places.displayName.txt", "nearest is places.displayName.text"},
      {"places.location.lat", "nearest is places.location.latitude"},
      {"displayName", "must start with places.; nearest is places.displayName"},
      {"places", "must start with places."},
      {"places.", "a place has no field "},
      {"places.id.x", "nothing below places.id"},
      {"places.photos..uri", "empty parts"},
      {"places.photos.", "empty parts"},
      {"places.*", "separated by commas"},
      {"", "separated by commas"},
      {"places.id,", "separated by commas"},
      {"places.id, places.name", "no blanks"},
      {"places.id\r\nX: y", "no blanks"},
      {"routingSummaries", "routing parameters"},
  };
  for (const auto& [mask, message] : table) {
    const absl::Status status = ValidateFieldMask(mask);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << mask;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message)) << mask;
  }
}

TEST(FieldMaskTest, AHugeOneIsRefusedQuickly) {
  EXPECT_FALSE(ValidateFieldMask(std::string(kMaxFieldMaskBytes + 1, 'a')).ok());
  const std::string long_path = absl::StrCat("places.", std::string(kMaxFieldMaskBytes - 7, 'a'));
  EXPECT_THAT(std::string(ValidateFieldMask(long_path).message()), HasSubstr("nearest is"));
}

TEST(GooglePriceTest, TheDearestFieldDecides) {
  using Class = GooglePriceClass;
  const std::pair<const char*, Class> table[] = {
      {"places.id", Class::kPro},
      {kGoogleFieldMask, Class::kPro},
      {"places.id,places.rating", Class::kEnterprise},
      {"places.regularOpeningHours.periods,places.id", Class::kEnterprise},
      {"places.rating,places.reviews.text,places.id", Class::kEnterpriseAtmosphere},
      {"places.id,*", Class::kEnterpriseAtmosphere}};
  for (const auto& [mask, price_class] : table) EXPECT_EQ(PriceClassOf(mask), price_class) << mask;
}

TEST(GooglePriceTest, IsSaidWithTheFieldsThatMakeIt) {
  EXPECT_THAT(
      DescribeFieldMask("places.id,places.attributions"),
      ElementsAre("Google's price for each search is of the class Nearby Search Pro: $32.00 "
                  "per 1,000 calls, the first 5000 of a month free (list price of October "
                  "2026)"));
  EXPECT_THAT(DescribeFieldMask("places.attributions.provider,places.rating,places.id"),
              ElementsAre(AllOf(HasSubstr("Nearby Search Enterprise: $35.00 per 1,000 calls, the "
                                          "first 1000"),
                                HasSubstr(", because of places.rating"))));
  EXPECT_THAT(DescribeFieldMask("*"),
              ElementsAre(AllOf(HasSubstr("Nearby Search Enterprise + Atmosphere: $40.00"),
                                HasSubstr("because of *"))));
  EXPECT_THAT(DescribeFieldMask("places.servesBeer,places.servesWine,places.servesLunch,"
                                "places.servesDinner,places.servesBrunch,places.servesCoffee,*")[0],
              HasSubstr("places.servesBrunch and 2 more"));
}

TEST(GooglePriceTest, AMaskThatLeavesOutAttributionsIsWarnedOf) {
  EXPECT_THAT(DescribeFieldMask("places.id"),
              ElementsAre(testing::_, HasSubstr("leaves out places.attributions")));
}

}  // namespace
}  // namespace proxyherd::places
