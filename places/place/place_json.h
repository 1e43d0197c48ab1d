// Writes places as Google's Places API (New) answers Nearby Search.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "places/place/place.h"

namespace proxyherd {

// `{"places": [...]}` in the given order, `{}` for none. Keys stand in Google's order, and the text
// is laid out as Google's.
std::string RenderPlaces(const std::vector<Place>& places);

// Prints as Google prints: indented by two, `<` and `>` as \u003c and \u003e, other characters as
// they are. Bytes that are not UTF-8 become U+FFFD.
std::string PrintLikeGoogle(const nlohmann::ordered_json& json);

}  // namespace proxyherd
