// Open Location Codes ("plus codes"), which need no data at all.
#pragma once

#include <string>

namespace proxyherd::places {

// Returns the code of ten digits, e.g. "85634HW3+GM", of the cell of 1/8000 degree (about 14 m)
// that contains the point. Latitude in degrees, clipped to [-90, 90]; longitude in degrees, in
// [-180, 180]. Coordinates are first rounded to a multiple of 1e-7 degrees, so that a decimal on
// the edge of a cell belongs to the right cell.
std::string PlusCode(double latitude, double longitude);

}  // namespace proxyherd::places
