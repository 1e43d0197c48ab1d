#include "places/google/google_price.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/absl_strings.h"
#include "base/edit_distance.h"
#include "base/split.h"

namespace proxyherd::places {
namespace {

using Class = GooglePriceClass;

constexpr std::string_view kPrefix = "places.";

// Maximum number of named fields among those that determine the price.
constexpr size_t kMaxNamedFields = 5;

struct Field {
  std::string_view name;
  Class price_class;
  // Names of its subfields, separated by blanks. kScalar: it has no subfields; kAny: they are not
  // validated.
  std::string_view below;
};

constexpr std::string_view kScalar;
constexpr std::string_view kAny = "*";
constexpr std::string_view kText = "text languageCode";
constexpr std::string_view kHours =
    "openNow periods weekdayDescriptions secondaryHoursType specialDays nextOpenTime nextCloseTime";

// In the order of place.proto.
constexpr Field kFields[] = {
    {"name", Class::kPro, kScalar},
    {"id", Class::kPro, kScalar},
    {"types", Class::kPro, kScalar},
    {"nationalPhoneNumber", Class::kEnterprise, kScalar},
    {"internationalPhoneNumber", Class::kEnterprise, kScalar},
    {"formattedAddress", Class::kPro, kScalar},
    {"addressComponents", Class::kPro, "longText shortText types languageCode"},
    {"plusCode", Class::kPro, "globalCode compoundCode"},
    {"location", Class::kPro, "latitude longitude"},
    {"viewport", Class::kPro, "low high"},
    {"rating", Class::kEnterprise, kScalar},
    {"googleMapsUri", Class::kPro, kScalar},
    {"websiteUri", Class::kEnterprise, kScalar},
    {"regularOpeningHours", Class::kEnterprise, kHours},
    {"utcOffsetMinutes", Class::kPro, kScalar},
    {"adrFormatAddress", Class::kPro, kScalar},
    {"businessStatus", Class::kPro, kScalar},
    {"priceLevel", Class::kEnterprise, kScalar},
    {"attributions", Class::kPro, "provider providerUri"},
    {"userRatingCount", Class::kEnterprise, kScalar},
    {"iconMaskBaseUri", Class::kPro, kScalar},
    {"iconBackgroundColor", Class::kPro, kScalar},
    {"displayName", Class::kPro, kText},
    {"primaryTypeDisplayName", Class::kPro, kText},
    {"takeout", Class::kEnterpriseAtmosphere, kScalar},
    {"delivery", Class::kEnterpriseAtmosphere, kScalar},
    {"dineIn", Class::kEnterpriseAtmosphere, kScalar},
    {"curbsidePickup", Class::kEnterpriseAtmosphere, kScalar},
    {"reservable", Class::kEnterpriseAtmosphere, kScalar},
    {"servesBreakfast", Class::kEnterpriseAtmosphere, kScalar},
    {"servesLunch", Class::kEnterpriseAtmosphere, kScalar},
    {"servesDinner", Class::kEnterpriseAtmosphere, kScalar},
    {"servesBeer", Class::kEnterpriseAtmosphere, kScalar},
    {"servesWine", Class::kEnterpriseAtmosphere, kScalar},
    {"servesBrunch", Class::kEnterpriseAtmosphere, kScalar},
    {"servesVegetarianFood", Class::kEnterpriseAtmosphere, kScalar},
    {"currentOpeningHours", Class::kEnterprise, kHours},
    {"currentSecondaryOpeningHours", Class::kEnterprise, kHours},
    {"regularSecondaryOpeningHours", Class::kEnterprise, kHours},
    {"primaryType", Class::kPro, kScalar},
    {"shortFormattedAddress", Class::kPro, kScalar},
    {"editorialSummary", Class::kEnterpriseAtmosphere, kText},
    {"reviews", Class::kEnterpriseAtmosphere, kAny},
    {"photos", Class::kPro, kAny},
    {"outdoorSeating", Class::kEnterpriseAtmosphere, kScalar},
    {"liveMusic", Class::kEnterpriseAtmosphere, kScalar},
    {"menuForChildren", Class::kEnterpriseAtmosphere, kScalar},
    {"servesCocktails", Class::kEnterpriseAtmosphere, kScalar},
    {"servesDessert", Class::kEnterpriseAtmosphere, kScalar},
    {"servesCoffee", Class::kEnterpriseAtmosphere, kScalar},
    {"goodForChildren", Class::kEnterpriseAtmosphere, kScalar},
    {"allowsDogs", Class::kEnterpriseAtmosphere, kScalar},
    {"restroom", Class::kEnterpriseAtmosphere, kScalar},
    {"goodForGroups", Class::kEnterpriseAtmosphere, kScalar},
    {"goodForWatchingSports", Class::kEnterpriseAtmosphere, kScalar},
    {"paymentOptions", Class::kEnterpriseAtmosphere,
     "acceptsCreditCards acceptsDebitCards acceptsCashOnly acceptsNfc"},
    {"parkingOptions", Class::kEnterpriseAtmosphere, kAny},
    {"subDestinations", Class::kPro, kAny},
    {"accessibilityOptions", Class::kPro,
     "wheelchairAccessibleParking wheelchairAccessibleEntrance wheelchairAccessibleRestroom "
     "wheelchairAccessibleSeating"},
    {"fuelOptions", Class::kEnterpriseAtmosphere, kAny},
    {"evChargeOptions", Class::kEnterpriseAtmosphere, kAny},
    {"generativeSummary", Class::kEnterpriseAtmosphere, kAny},
    {"containingPlaces", Class::kPro, kAny},
    {"pureServiceAreaBusiness", Class::kPro, kScalar},
    {"addressDescriptor", Class::kPro, kAny},
    {"googleMapsLinks", Class::kPro, "directionsUri placeUri writeAReviewUri reviewsUri photosUri"},
    {"priceRange", Class::kEnterprise, kAny},
    {"reviewSummary", Class::kEnterpriseAtmosphere, kAny},
    {"timeZone", Class::kPro, "id version"},
    {"evChargeAmenitySummary", Class::kEnterpriseAtmosphere, kAny},
    {"postalAddress", Class::kPro, kAny},
    {"neighborhoodSummary", Class::kEnterpriseAtmosphere, kAny},
    {"consumerAlert", Class::kEnterpriseAtmosphere, kAny},
    {"movedPlace", Class::kPro, kScalar},
    {"movedPlaceId", Class::kPro, kScalar},
    {"openingDate", Class::kPro, "year month day"},
    {"googleMapsTypeLabel", Class::kEnterpriseAtmosphere, kText},
    {"transitStation", Class::kEnterpriseAtmosphere, kAny},
};

// Finds the field of `places.FIELD` or `places.FIELD.SUBFIELD`; null if no field has this name.
const Field* FindField(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFields), std::end(kFields),
                                   [name](const Field& field) { return field.name == name; });
  return found == std::end(kFields) ? nullptr : found;
}

// Removes underscores and case from a name, so that display_name is similar to displayName.
std::string Folded(std::string_view name) {
  std::string folded = absl::AsciiStrToLower(ToAbsl(name));
  folded.erase(std::remove(folded.begin(), folded.end(), '_'), folded.end());
  return folded;
}

// REQUIRES: `names` is not empty.
std::string_view Nearest(std::string_view name, const std::vector<std::string_view>& names) {
  assert(!names.empty());
  // Longer names are not typing errors, and their distances would take long to compute.
  const std::string folded = Folded(name.substr(0, 100));
  return *std::min_element(names.begin(), names.end(), [&](std::string_view a, std::string_view b) {
    return EditDistance(folded, Folded(a)) < EditDistance(folded, Folded(b));
  });
}

std::vector<std::string_view> FieldNames() {
  std::vector<std::string_view> names;
  for (const Field& field : kFields) names.push_back(field.name);
  return names;
}

bool IsPathCharacter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; }

// Describes what is wrong with one path; empty if it is valid.
std::string ValidatePath(std::string_view path) {
  if (path == "*") return "";
  if (path.empty() || !std::all_of(path.begin(), path.end(), IsPathCharacter)) {
    return absl::StrCat("\"", ToAbsl(path),
                        "\": it must be paths separated by commas, with no blanks");
  }
  if (path == "routingSummaries" || path.starts_with("routingSummaries.")) {
    return absl::StrCat(ToAbsl(path), ": it needs routing parameters, which are never sent");
  }
  std::string_view rest = path;
  if (!ConsumePrefix(&rest, kPrefix)) {
    return absl::StrCat(ToAbsl(path), ": each path must start with places.; nearest is places.",
                        ToAbsl(Nearest(path, FieldNames())));
  }
  const std::vector<std::string_view> parts = Split(rest, '.');
  const Field* field = FindField(parts[0]);
  if (field == nullptr) {
    return absl::StrCat(ToAbsl(path), ": a place has no field ", ToAbsl(parts[0]),
                        "; nearest is places.", ToAbsl(Nearest(parts[0], FieldNames())));
  }
  if (parts.size() == 1) return "";
  if (field->below == kScalar) {
    return absl::StrCat(ToAbsl(path), ": there is nothing below places.", ToAbsl(field->name));
  }
  if (std::any_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); })) {
    return absl::StrCat(ToAbsl(path), ": it must not have empty parts");
  }
  if (field->below == kAny) return "";
  const std::vector<std::string_view> below = Split(field->below, ' ');
  if (std::find(below.begin(), below.end(), parts[1]) == below.end()) {
    return absl::StrCat(ToAbsl(path), ": there is no ", ToAbsl(parts[1]), " below places.",
                        ToAbsl(field->name), "; nearest is places.", ToAbsl(field->name), ".",
                        ToAbsl(Nearest(parts[1], below)));
  }
  return "";
}

// REQUIRES: `path` is valid.
Class ClassOfPath(std::string_view path) {
  assert(ValidatePath(path).empty());
  if (!ConsumePrefix(&path, kPrefix)) return Class::kEnterpriseAtmosphere;  // `*`
  return FindField(path.substr(0, path.find('.')))->price_class;
}

bool ShowsAttributions(std::string_view mask) {
  for (const std::string_view path : Split(mask, ',')) {
    if (path == "*" || path.starts_with("places.attributions")) return true;
  }
  return false;
}

}  // namespace

GooglePrice PriceOf(GooglePriceClass price_class) {
  switch (price_class) {
    case Class::kPro:
      return {"Nearby Search Pro", 3200, 5000};
    case Class::kEnterprise:
      return {"Nearby Search Enterprise", 3500, 1000};
    case Class::kEnterpriseAtmosphere:
      break;
  }
  return {"Nearby Search Enterprise + Atmosphere", 4000, 1000};
}

absl::Status ValidateFieldMask(std::string_view mask) {
  if (mask.size() > kMaxFieldMaskBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("it must not be longer than ", kMaxFieldMaskBytes, " bytes"));
  }
  for (const std::string_view path : Split(mask, ',')) {
    if (std::string error = ValidatePath(path); !error.empty()) {
      return absl::InvalidArgumentError(error);
    }
  }
  return absl::OkStatus();
}

GooglePriceClass PriceClassOf(std::string_view mask) {
  assert(ValidateFieldMask(mask).ok());
  Class max_class = Class::kPro;
  for (const std::string_view path : Split(mask, ',')) {
    max_class = std::max(max_class, ClassOfPath(path));
  }
  return max_class;
}

std::vector<std::string> DescribeFieldMask(std::string_view mask) {
  const Class price_class = PriceClassOf(mask);
  const GooglePrice price = PriceOf(price_class);
  std::string because;
  if (price_class != Class::kPro) {
    std::vector<std::string_view> expensive;
    for (const std::string_view path : Split(mask, ',')) {
      if (ClassOfPath(path) == price_class) expensive.push_back(path);
    }
    const size_t more = expensive.size() - std::min(expensive.size(), kMaxNamedFields);
    expensive.resize(expensive.size() - more);
    because = absl::StrCat(", because of ", absl::StrJoin(expensive, ", ", TextFormatter()));
    if (more > 0) absl::StrAppend(&because, " and ", more, " more");
  }
  std::vector<std::string> sentences = {
      absl::StrFormat("Google's price for each search is of the class %s: $%d.%02d per 1,000 "
                      "calls, the first %d of "
                      "a month free (list price of October 2026)%s",
                      price.name, price.cents_per_1000 / 100, price.cents_per_1000 % 100,
                      price.free_calls_each_month, because)};
  if (!ShowsAttributions(mask)) {
    sentences.emplace_back(
        "the field mask leaves out places.attributions, which Google's terms want shown with the "
        "places");
  }
  return sentences;
}

}  // namespace proxyherd::places
