// Writes the replies of the text protocol.
#pragma once

#include <string>
#include <string_view>

#include "core/report.h"
#include "gateway/protocol/places_lookup.h"

namespace proxyherd::gateway {

// The number of bytes that the answer to a line over the limit repeats of it.
inline constexpr size_t kTooLongEchoBytes = 64;

// "? <line>" LF: the answer to everything that is not a valid command.
void AppendEcho(std::string_view line, std::string& out);

// "AT …" LF: the answer to IAMAT, and the head of the answer to WHATSAT.
void AppendAtReply(std::string_view server, int64_t received_ns, int64_t client_time_ns,
                   const Report& report, std::string& out);

// The rest of the answer to WHATSAT: the places, without empty lines, then LF LF. So an empty line
// ends the reply, and only the reply. REQUIRES: `out` ends with the AT line's LF.
void AppendPlaces(std::string_view json, std::string& out);

// The same if there are no places: the error in Google's own shape.
void AppendPlacesFailure(const PlacesFailure& failure, std::string& out);

// Appends the places, or the error.
void AppendPlacesAnswer(const PlacesAnswer& answer, std::string& out);

}  // namespace proxyherd::gateway
