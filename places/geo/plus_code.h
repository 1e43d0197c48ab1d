// Open Location Codes ("plus codes"), which need no data at all.
#pragma once

#include <string>

namespace proxyherd {

// The code of ten digits, a cell of 1/8000 degree (about 14 m), e.g. "85634HW3+GM". Latitude in
// degrees, clipped to [-90, 90]; longitude in degrees, in [-180, 180]. Coordinates count as the
// nearest multiple of 1e-7 degrees, so that a decimal on the edge of a cell falls on its right
// side.
std::string PlusCode(double latitude, double longitude);

}  // namespace proxyherd
