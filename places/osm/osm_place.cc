#include "places/osm/osm_place.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/osm/osm_address.h"
#include "places/osm/osm_contact.h"
#include "places/osm/osm_types.h"
#include "places/place/opening_hours.h"

namespace proxyherd::places {
namespace {

using Words = absl::Span<const std::string_view>;

constexpr std::string_view kNamePrefix = "name:";
constexpr std::string_view kNameTags[] = {"name", "brand", "operator"};
constexpr std::string_view kPhoneTags[] = {"phone", "contact:phone"};
constexpr std::string_view kWebsiteTags[] = {"website", "contact:website", "url"};
constexpr std::string_view kTakeoutTags[] = {"takeaway", "takeout"};
constexpr std::string_view kCreditTags[] = {"payment:credit_cards", "payment:visa",
                                            "payment:mastercard",   "payment:american_express",
                                            "payment:diners_club",  "payment:discover_card",
                                            "payment:jcb"};
constexpr std::string_view kDebitTags[] = {"payment:debit_cards", "payment:maestro",
                                           "payment:girocard", "payment:visa_debit",
                                           "payment:visa_electron"};
constexpr std::string_view kOtherTags[] = {
    "opening_hours", "delivery",           "outdoor_seating",     "wheelchair",
    "toilets",       "toilets:wheelchair", "reservation",         "diet:vegetarian",
    "diet:vegan",    "payment:cash",       "payment:contactless", "dog"};

constexpr std::string_view kYes[] = {"yes", "only"};
constexpr std::string_view kReservable[] = {"yes", "required", "recommended"};
constexpr std::string_view kDogsMayEnter[] = {"yes", "leashed", "permissive", "designated"};
constexpr std::string_view kAccessible[] = {"yes", "designated"};
constexpr std::string_view kSeatsOutside[] = {"yes",    "terrace",  "garden",          "patio",
                                              "street", "sidewalk", "pedestrian_zone", "pavement",
                                              "roof",   "balcony",  "veranda",         "parklet"};

bool Contains(Words words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string_view FirstOf(absl::Span<const OsmTag> tags, Words keys) {
  for (const std::string_view key : keys) {
    const std::string_view value = FindOsmTag(tags, key);
    if (!value.empty()) return value;
  }
  return {};
}

// Returns a tag's answer to a yes-no question; nothing if it is missing or says neither.
std::optional<bool> Answer(absl::Span<const OsmTag> tags, std::string_view key, Words yes = kYes) {
  const std::string_view value = FindOsmTag(tags, key);
  if (Contains(yes, value)) return true;
  if (value == "no") return false;
  return std::nullopt;
}

// Returns true for "de", "pt-BR" and "zh-Hant", as opposed to e.g. the etymology of the name.
bool IsLanguage(std::string_view text) {
  const size_t letters = std::min(text.find('-'), text.size());
  const auto is_letter = [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); };
  const auto may_follow = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  };
  return (letters == 2 || letters == 3) && text.back() != '-' &&
         std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(letters), is_letter) &&
         std::all_of(text.begin(), text.end(), may_follow);
}

// For "pt-BR" also accepts the name in "pt".
void ReadNameInLanguage(absl::Span<const OsmTag> tags, std::string_view language, Place& place) {
  while (!language.empty()) {
    for (const OsmTag& tag : tags) {
      std::string_view tagged = tag.key;
      if (!ConsumePrefix(&tagged, kNamePrefix) || tag.value.empty() ||
          !absl::EqualsIgnoreCase(ToAbsl(tagged), ToAbsl(language)) || !IsLanguage(tagged)) {
        continue;
      }
      place.name = tag.value;
      place.name_language = tagged;
      return;
    }
    const size_t dash = language.rfind('-');
    language = language.substr(0, dash == std::string_view::npos ? 0 : dash);
  }
}

void ReadAddress(const OsmObject& object, std::string_view region, Place& place) {
  OsmAddress address = ReadOsmAddress(object.tags, object.location, region);
  place.address = std::move(address.components);
  place.formatted_address = std::move(address.formatted);
  place.short_formatted_address = std::move(address.short_formatted);
  place.postal_address = std::move(address.postal);
}

// Returns true if any of the cards is accepted; refusing one brand says nothing about the others.
std::optional<bool> TakesCards(absl::Span<const OsmTag> tags, Words keys) {
  if (const std::optional<bool> said = Answer(tags, keys.front()); said.has_value()) return said;
  for (const std::string_view key : keys) {
    if (Answer(tags, key) == true) return true;
  }
  return std::nullopt;
}

PaymentOptions ReadPayment(absl::Span<const OsmTag> tags) {
  PaymentOptions payment;
  payment.credit_cards = TakesCards(tags, kCreditTags);
  payment.debit_cards = TakesCards(tags, kDebitTags);
  payment.nfc = Answer(tags, "payment:contactless");
  if (payment.credit_cards == true || payment.debit_cards == true || payment.nfc == true) {
    payment.cash_only = false;
  } else if (FindOsmTag(tags, "payment:cash") == "only") {
    payment.cash_only = true;
  }
  return payment;
}

void ReadServices(absl::Span<const OsmTag> tags, Place& place) {
  for (const std::string_view key : kTakeoutTags) {
    if (!place.takeout.has_value()) place.takeout = Answer(tags, key);
  }
  place.delivery = Answer(tags, "delivery");
  place.reservable = Answer(tags, "reservation", kReservable);
  place.serves_vegetarian_food = Answer(tags, "diet:vegetarian");
  // Vegan food is vegetarian. The absence of vegan food says nothing.
  if (Answer(tags, "diet:vegan") == true) place.serves_vegetarian_food = true;
  place.outdoor_seating = Answer(tags, "outdoor_seating", kSeatsOutside);
  place.allows_dogs = Answer(tags, "dog", kDogsMayEnter);
  place.restroom = Answer(tags, "toilets");
  place.payment = ReadPayment(tags);
  place.accessibility.wheelchair_entrance = Answer(tags, "wheelchair", kAccessible);
  place.accessibility.wheelchair_restroom = Answer(tags, "toilets:wheelchair", kAccessible);
}

std::string_view KindName(OsmObject::Kind kind) {
  switch (kind) {
    case OsmObject::Kind::kNode:
      return "node";
    case OsmObject::Kind::kWay:
      return "way";
    case OsmObject::Kind::kRelation:
      return "relation";
  }
  return "";
}

}  // namespace

bool IsKeptOsmTag(std::string_view key) {
  // Called for every tag of every place of a file.
  static const auto* const keys = new absl::flat_hash_set<std::string_view>([] {
    absl::flat_hash_set<std::string_view> set(std::begin(kOtherTags), std::end(kOtherTags));
    for (const Words words : {Words(kNameTags), Words(kPhoneTags), Words(kWebsiteTags),
                              Words(kTakeoutTags), Words(kCreditTags), Words(kDebitTags)}) {
      set.insert(words.begin(), words.end());
    }
    return set;
  }());
  std::string_view language = key;
  if (ConsumePrefix(&language, kNamePrefix)) return IsLanguage(language);
  return keys->contains(key) || IsOsmAddressTag(key) || IsOsmTypeTag(key);
}

std::string_view OsmName(absl::Span<const OsmTag> tags) { return FirstOf(tags, kNameTags); }

Place MakeOsmPlace(const OsmObject& object, std::string_view language, std::string_view region) {
  const absl::Span<const OsmTag> tags = object.tags;
  Place place;
  place.id = absl::StrCat("osm_", ToAbsl(KindName(object.kind)), "_", object.id);
  ReadNameInLanguage(tags, language, place);
  if (place.name.empty()) place.name = OsmName(tags);
  if (std::optional<OsmTypes> types = MapOsmTypes(tags); types.has_value()) {
    place.primary_type = types->primary;
    place.types = std::move(types->types);
    // Towns and mountains have no business status.
    if (Contains(place.types, "establishment")) place.business_status = "OPERATIONAL";
  }
  place.location = object.location;
  place.viewport_half_degrees = kPointViewportDegrees;
  place.viewport = object.box;
  ReadAddress(object, region, place);
  const PhoneNumbers phone = ReadPhone(FirstOf(tags, kPhoneTags));
  place.national_phone = phone.national;
  place.international_phone = phone.international;
  place.website = ReadWebsite(FirstOf(tags, kWebsiteTags));
  place.opening_hours = ReadOpeningHours(FindOsmTag(tags, "opening_hours")).hours;
  ReadServices(tags, place);
  place.attribution_name = "OpenStreetMap contributors";
  place.attribution_uri = "https://www.openstreetmap.org/copyright";
  return place;
}

}  // namespace proxyherd::places
