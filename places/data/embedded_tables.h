// The small tables of places/data that are linked into the binary, as lines of text. The views stay
// valid forever.
#pragma once

#include <string_view>
#include <vector>

namespace proxyherd::places {

// The lines of places/data/osm_to_google.txt without comments.
std::vector<std::string_view> OsmToGoogleLines();

// The lines of places/data/countries.txt without comments.
std::vector<std::string_view> CountryLines();

}  // namespace proxyherd::places
