// The Place message of Google's, field by field, in the order of its field numbers.
#include "places/place_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
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

Json ToJson(const Place& place) {
  Json json;
  const auto add = [&json](const char* key, absl::string_view text) {
    if (!text.empty()) json[key] = text;
  };
  json["name"] = absl::StrCat("places/", place.id);
  json["id"] = place.id;
  if (!place.types.empty()) json["types"] = place.types;
  add("formattedAddress", place.formatted_address);
  if (!place.address.empty()) json["addressComponents"] = Address(place.address);
  json["plusCode"] = {{"globalCode", PlusCode(place.location.latitude, place.location.longitude)}};
  json["location"] = LatLng(place.location.latitude, place.location.longitude);
  json["viewport"] = Viewport(place.location, place.viewport_half_degrees);
  add("businessStatus", place.business_status);
  if (!place.attribution_name.empty()) {
    json["attributions"] = Json::array(
        {{{"provider", place.attribution_name}, {"providerUri", place.attribution_uri}}});
  }
  if (!place.name.empty()) json["displayName"] = {{"text", place.name}};
  add("primaryType", place.primary_type);
  if (!place.time_zone.empty()) json["timeZone"] = {{"id", place.time_zone}};
  return json;
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
