// Writes places in the format of Google's Places API (New) for Nearby Search.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "places/place/place.h"

namespace proxyherd::places {

// Returns `{"places": [...]}` in the given order, or `{}` without places. Keys are in Google's
// order, and the text has Google's layout.
std::string RenderPlaces(const std::vector<Place>& places);

// Prints in Google's layout: indented by two, `<` and `>` as \u003c and \u003e, other characters
// unchanged. Bytes that are not UTF-8 become U+FFFD.
std::string PrintLikeGoogle(const nlohmann::ordered_json& json);

}  // namespace proxyherd::places
