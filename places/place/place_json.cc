// Google's Place message, field by field, in the order of its field numbers.
#include "places/place/place_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "places/geo/plus_code.h"
#include "places/place/json_writer.h"

namespace proxyherd::places {
namespace {

using Json = nlohmann::ordered_json;

// Seven decimals resolve a centimetre; more would be rounding noise.
double RoundDegrees(double degrees) { return std::round(degrees * 1e7) / 1e7; }

void AddText(const char* key, std::string_view text, JsonWriter& json) {
  if (text.empty()) return;
  json.Key(key);
  json.Text(text);
}

void AddAnswer(const char* key, std::optional<bool> answer, JsonWriter& json) {
  if (!answer.has_value()) return;
  json.Key(key);
  json.Bool(*answer);
}

template <typename Texts>
void AddTexts(const char* key, const Texts& texts, JsonWriter& json) {
  if (texts.empty()) return;
  json.Key(key);
  json.BeginArray();
  for (const auto& text : texts) json.Text(text);
  json.EndArray();
}

void AddLatLng(const char* key, const GeoPoint& point, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.Key("latitude");
  json.Number(point.latitude);
  json.Key("longitude");
  json.Number(point.longitude);
  json.EndObject();
}

// If the box crosses the date line, `low` has the greater longitude, as Google documents.
GeoBox BoxAround(const GeoPoint& middle, double half) {
  const auto corner = [](double latitude, double longitude) {
    return GeoPoint{std::clamp(latitude, -90.0, 90.0), std::remainder(longitude, 360)};
  };
  return {corner(middle.latitude - half, middle.longitude - half),
          corner(middle.latitude + half, middle.longitude + half)};
}

void AddViewport(const Place& place, JsonWriter& json) {
  const auto rounded = [](const GeoPoint& point) {
    return GeoPoint{RoundDegrees(point.latitude), RoundDegrees(point.longitude)};
  };
  const GeoBox box = place.viewport.has_value()
                         ? *place.viewport
                         : BoxAround(place.location, place.viewport_half_degrees);
  json.Key("viewport");
  json.BeginObject();
  AddLatLng("low", rounded(box.low), json);
  AddLatLng("high", rounded(box.high), json);
  json.EndObject();
}

void AddAddress(const std::vector<AddressComponent>& components, JsonWriter& json) {
  if (components.empty()) return;
  json.Key("addressComponents");
  json.BeginArray();
  for (const AddressComponent& component : components) {
    json.BeginObject();
    AddText("longText", component.long_text, json);
    AddText("shortText", component.short_text, json);
    AddTexts("types", component.types, json);
    json.EndObject();
  }
  json.EndArray();
}

void AddPointInWeek(const char* key, uint16_t minute, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.Key("day");
  json.Whole(minute / kMinutesOfDay);
  json.Key("hour");
  json.Whole(minute % kMinutesOfDay / 60);
  json.Key("minute");
  json.Whole(minute % 60);
  json.EndObject();
}

void AddHours(const OpeningHours& hours, JsonWriter& json) {
  if (hours.periods.empty()) return;
  json.Key("regularOpeningHours");
  json.BeginObject();
  json.Key("periods");
  json.BeginArray();
  for (const OpeningPeriod& period : hours.periods) {
    json.BeginObject();
    AddPointInWeek("open", period.open, json);
    if (period.close.has_value()) AddPointInWeek("close", *period.close, json);
    json.EndObject();
  }
  json.EndArray();
  AddTexts("weekdayDescriptions", DescribeWeek(hours), json);
  json.EndObject();
}

void AddAttribution(const Place& place, JsonWriter& json) {
  if (place.attribution_name.empty()) return;
  json.Key("attributions");
  json.BeginArray();
  json.BeginObject();
  AddText("provider", place.attribution_name, json);
  AddText("providerUri", place.attribution_uri, json);
  json.EndObject();
  json.EndArray();
}

void AddDisplayName(const Place& place, JsonWriter& json) {
  if (place.name.empty()) return;
  json.Key("displayName");
  json.BeginObject();
  AddText("text", place.name, json);
  AddText("languageCode", place.name_language, json);
  json.EndObject();
}

void AddPayment(const PaymentOptions& payment, JsonWriter& json) {
  if (payment == PaymentOptions{}) return;
  json.Key("paymentOptions");
  json.BeginObject();
  AddAnswer("acceptsCreditCards", payment.credit_cards, json);
  AddAnswer("acceptsDebitCards", payment.debit_cards, json);
  AddAnswer("acceptsCashOnly", payment.cash_only, json);
  AddAnswer("acceptsNfc", payment.nfc, json);
  json.EndObject();
}

void AddAccessibility(const AccessibilityOptions& accessibility, JsonWriter& json) {
  if (accessibility == AccessibilityOptions{}) return;
  json.Key("accessibilityOptions");
  json.BeginObject();
  AddAnswer("wheelchairAccessibleEntrance", accessibility.wheelchair_entrance, json);
  AddAnswer("wheelchairAccessibleRestroom", accessibility.wheelchair_restroom, json);
  json.EndObject();
}

void AddPostalAddress(const PostalAddress& postal, JsonWriter& json) {
  if (postal.region_code.empty()) return;
  json.Key("postalAddress");
  json.BeginObject();
  AddText("regionCode", postal.region_code, json);
  AddText("postalCode", postal.postal_code, json);
  AddText("administrativeArea", postal.administrative_area, json);
  AddText("locality", postal.locality, json);
  AddText("sublocality", postal.sublocality, json);
  AddTexts("addressLines", postal.lines, json);
  json.EndObject();
}

void AddObjectOfText(const char* key, const char* inner, std::string_view text, JsonWriter& json) {
  if (text.empty()) return;
  json.Key(key);
  json.BeginObject();
  AddText(inner, text, json);
  json.EndObject();
}

void AddPlace(const Place& place, JsonWriter& json) {
  json.BeginObject();
  AddText("name", absl::StrCat("places/", place.id), json);
  AddText("id", place.id, json);
  AddTexts("types", place.types, json);
  AddText("nationalPhoneNumber", place.national_phone, json);
  AddText("internationalPhoneNumber", place.international_phone, json);
  AddText("formattedAddress", place.formatted_address, json);
  AddAddress(place.address, json);
  AddObjectOfText("plusCode", "globalCode",
                  PlusCode(place.location.latitude, place.location.longitude), json);
  AddLatLng("location", place.location, json);
  AddViewport(place, json);
  AddText("websiteUri", place.website, json);
  AddHours(place.opening_hours, json);
  AddText("businessStatus", place.business_status, json);
  AddAttribution(place, json);
  AddDisplayName(place, json);
  AddAnswer("takeout", place.takeout, json);
  AddAnswer("delivery", place.delivery, json);
  AddAnswer("reservable", place.reservable, json);
  AddAnswer("servesVegetarianFood", place.serves_vegetarian_food, json);
  AddText("primaryType", place.primary_type, json);
  AddText("shortFormattedAddress", place.short_formatted_address, json);
  AddAnswer("outdoorSeating", place.outdoor_seating, json);
  AddAnswer("allowsDogs", place.allows_dogs, json);
  AddAnswer("restroom", place.restroom, json);
  AddPayment(place.payment, json);
  AddAccessibility(place.accessibility, json);
  AddObjectOfText("timeZone", "id", place.time_zone, json);
  AddPostalAddress(place.postal_address, json);
  json.EndObject();
}

}  // namespace

std::string RenderPlaces(const std::vector<Place>& places) {
  JsonWriter json;
  json.BeginObject();
  if (!places.empty()) {
    json.Key("places");
    json.BeginArray();
    for (const Place& place : places) AddPlace(place, json);
    json.EndArray();
  }
  json.EndObject();
  return std::move(json).Take();
}

std::string PrintLikeGoogle(const Json& json) {
  const std::string text =
      json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
  // Outside strings JSON contains neither character.
  return absl::StrReplaceAll(text, {{"<", "\\u003c"}, {">", "\\u003e"}});
}

}  // namespace proxyherd::places
