// The Place message of Google's, field by field, in the order of its field numbers.
#include "places/place_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "places/plus_code.h"

namespace proxyherd {
namespace {

using Json = nlohmann::ordered_json;

// JSON from Google has 34, where a double would print as 34.0.
Json Number(double value) {
  const double whole = std::round(value);
  return whole == value ? Json(static_cast<int64_t>(whole)) : Json(value);
}

// Seven decimals are a centimetre; more would be noise of the arithmetic.
double RoundDegrees(double degrees) { return std::round(degrees * 1e7) / 1e7; }

Json LatLng(double latitude, double longitude) {
  return {{"latitude", Number(latitude)}, {"longitude", Number(longitude)}};
}

// Where it crosses the date line, `low` has the greater longitude, as Google documents.
Json Viewport(const GeoPoint& middle, double half) {
  const auto latitude = [](double value) { return RoundDegrees(std::clamp(value, -90.0, 90.0)); };
  const auto longitude = [](double value) { return RoundDegrees(std::remainder(value, 360)); };
  return {{"low", LatLng(latitude(middle.latitude - half), longitude(middle.longitude - half))},
          {"high", LatLng(latitude(middle.latitude + half), longitude(middle.longitude + half))}};
}

Json Address(const std::vector<AddressComponent>& components) {
  Json array = Json::array();
  for (const AddressComponent& component : components) {
    array.push_back({{"longText", component.long_text},
                     {"shortText", component.short_text},
                     {"types", component.types}});
  }
  return array;
}

Json Box(const GeoBox& box) {
  const auto corner = [](const GeoPoint& point) {
    return LatLng(RoundDegrees(point.latitude), RoundDegrees(point.longitude));
  };
  return {{"low", corner(box.low)}, {"high", corner(box.high)}};
}

Json PointInWeek(uint16_t minute) {
  return {{"day", minute / kMinutesOfDay},
          {"hour", minute % kMinutesOfDay / 60},
          {"minute", minute % 60}};
}

Json Hours(const OpeningHours& hours) {
  Json periods = Json::array();
  for (const OpeningPeriod& period : hours.periods) {
    Json json = {{"open", PointInWeek(period.open)}};
    if (period.close.has_value()) json["close"] = PointInWeek(*period.close);
    periods.push_back(std::move(json));
  }
  return {{"periods", std::move(periods)}, {"weekdayDescriptions", DescribeWeek(hours)}};
}

// An object that leaves out what is empty, and then perhaps is left out itself.
class Fields {
 public:
  void AddText(const char* key, absl::string_view text) {
    if (!text.empty()) json_[key] = text;
  }
  void AddAnswer(const char* key, std::optional<bool> answer) {
    if (answer.has_value()) json_[key] = *answer;
  }
  void AddJson(const char* key, Json json) {
    if (!json.empty()) json_[key] = std::move(json);
  }
  Json Take() && { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

Json Payment(const PaymentOptions& payment) {
  Fields fields;
  fields.AddAnswer("acceptsCreditCards", payment.credit_cards);
  fields.AddAnswer("acceptsDebitCards", payment.debit_cards);
  fields.AddAnswer("acceptsCashOnly", payment.cash_only);
  fields.AddAnswer("acceptsNfc", payment.nfc);
  return std::move(fields).Take();
}

Json Accessibility(const AccessibilityOptions& accessibility) {
  Fields fields;
  fields.AddAnswer("wheelchairAccessibleEntrance", accessibility.wheelchair_entrance);
  fields.AddAnswer("wheelchairAccessibleRestroom", accessibility.wheelchair_restroom);
  return std::move(fields).Take();
}

Json Postal(const PostalAddress& postal) {
  Fields fields;
  if (postal.region_code.empty()) return std::move(fields).Take();
  fields.AddText("regionCode", postal.region_code);
  fields.AddText("postalCode", postal.postal_code);
  fields.AddText("administrativeArea", postal.administrative_area);
  fields.AddText("locality", postal.locality);
  fields.AddText("sublocality", postal.sublocality);
  fields.AddJson("addressLines", Json(postal.lines));
  return std::move(fields).Take();
}

Json DisplayName(const Place& place) {
  Fields fields;
  if (place.name.empty()) return std::move(fields).Take();
  fields.AddText("text", place.name);
  fields.AddText("languageCode", place.name_language);
  return std::move(fields).Take();
}

// Fields stand in the order of their numbers in Google's Place message.
Json ToJson(const Place& place) {
  Fields fields;
  fields.AddText("name", absl::StrCat("places/", place.id));
  fields.AddText("id", place.id);
  fields.AddJson("types", Json(place.types));
  fields.AddText("nationalPhoneNumber", place.national_phone);
  fields.AddText("internationalPhoneNumber", place.international_phone);
  fields.AddText("formattedAddress", place.formatted_address);
  fields.AddJson("addressComponents", Address(place.address));
  fields.AddJson("plusCode",
                 Json{{"globalCode", PlusCode(place.location.latitude, place.location.longitude)}});
  fields.AddJson("location", LatLng(place.location.latitude, place.location.longitude));
  fields.AddJson("viewport", place.viewport.has_value()
                                 ? Box(*place.viewport)
                                 : Viewport(place.location, place.viewport_half_degrees));
  fields.AddText("websiteUri", place.website);
  if (!place.opening_hours.periods.empty()) {
    fields.AddJson("regularOpeningHours", Hours(place.opening_hours));
  }
  fields.AddText("businessStatus", place.business_status);
  if (!place.attribution_name.empty()) {
    fields.AddJson("attributions", Json::array({{{"provider", place.attribution_name},
                                                 {"providerUri", place.attribution_uri}}}));
  }
  fields.AddJson("displayName", DisplayName(place));
  fields.AddAnswer("takeout", place.takeout);
  fields.AddAnswer("delivery", place.delivery);
  fields.AddAnswer("reservable", place.reservable);
  fields.AddAnswer("servesVegetarianFood", place.serves_vegetarian_food);
  fields.AddText("primaryType", place.primary_type);
  fields.AddText("shortFormattedAddress", place.short_formatted_address);
  fields.AddAnswer("outdoorSeating", place.outdoor_seating);
  fields.AddAnswer("allowsDogs", place.allows_dogs);
  fields.AddAnswer("restroom", place.restroom);
  fields.AddJson("paymentOptions", Payment(place.payment));
  fields.AddJson("accessibilityOptions", Accessibility(place.accessibility));
  if (!place.time_zone.empty()) fields.AddJson("timeZone", Json{{"id", place.time_zone}});
  fields.AddJson("postalAddress", Postal(place.postal_address));
  return std::move(fields).Take();
}

}  // namespace

std::string RenderPlaces(const std::vector<Place>& places) {
  Json answer = Json::object();
  for (const Place& place : places) answer["places"].push_back(ToJson(place));
  return PrintLikeGoogle(answer);
}

std::string PrintLikeGoogle(const Json& json) {
  const std::string text =
      json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
  // Outside strings JSON has neither of the two.
  return absl::StrReplaceAll(text, {{"<", "\\u003c"}, {">", "\\u003e"}});
}

}  // namespace proxyherd
