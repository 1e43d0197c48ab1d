// The small tables of places/data that are linked into the binary: lines of text, of which those
// that start with # are for people. They stay valid for ever.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"

namespace proxyherd {

// places/data/osm_to_google.txt without its comments.
std::vector<absl::string_view> OsmToGoogleLines();

// places/data/countries.txt without its comments.
std::vector<absl::string_view> CountryLines();

}  // namespace proxyherd
