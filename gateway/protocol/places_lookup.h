// The gateway's request for places, and its possible answers.
#pragma once

#include <functional>
#include <string>
#include <variant>

namespace proxyherd::gateway {

// A circle on the earth and the number of places wanted.
struct PlacesQuery {
  double latitude = 0;   // degrees, [-90, 90]
  double longitude = 0;  // degrees, [-180, 180]
  double radius_m = 0;   // (0, 50,000]
  int bound = 0;         // [1, 20]
};

// The reason why there are no places.
struct PlacesFailure {
  int http_code = 503;  // as in Google's errors, 400 to 599
  std::string status = "UNAVAILABLE";
  std::string message;  // for the person who asked; holds no secret
};

// Either the JSON of a Nearby Search answer, or the reason why it is missing.
using PlacesAnswer = std::variant<std::string, PlacesFailure>;

// Starts a search. Calls `done` at most once, on any thread, possibly before the lookup returns;
// this is allowed even after the connection or the server is destroyed. If `done` is not called in
// time, the gateway itself answers.
using PlacesLookup = std::function<void(const PlacesQuery&, std::function<void(PlacesAnswer)>)>;

}  // namespace proxyherd::gateway
