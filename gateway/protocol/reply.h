// Writes the replies of the text protocol.
#pragma once

#include <string>
#include <string_view>

#include "core/report.h"
#include "gateway/protocol/places_lookup.h"

namespace proxyherd::gateway {

// If a line is over the limit, the answer repeats this many bytes of it.
inline constexpr size_t kTooLongEchoBytes = 64;

// Appends "? <line>" LF: the answer to everything that is not a valid command, or is refused.
void AppendEcho(std::string_view line, std::string& out);

// Appends "AT …" LF: the answer to IAMAT, and the first line of the answer to WHATSAT.
void AppendAtReply(std::string_view server, int64_t received_ns, int64_t client_time_ns,
                   const Report& report, std::string& out);

// Appends the rest of the answer to WHATSAT: the places, without empty lines, then LF LF. So the
// only empty line is the one that ends the reply. REQUIRES: `out` ends with the AT line's LF.
void AppendPlaces(std::string_view json, std::string& out);

// As AppendPlaces, but appends an error in Google's own shape instead of places.
void AppendPlacesFailure(const PlacesFailure& failure, std::string& out);

// Calls one of the two functions above.
void AppendPlacesAnswer(const PlacesAnswer& answer, std::string& out);

}  // namespace proxyherd::gateway
