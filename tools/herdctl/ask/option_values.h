// Parses the values of herdctl's options. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace proxyherd::tools {

// A circle on the earth, in degrees and metres.
struct WatchedArea {
  double latitude = 0;
  double longitude = 0;
  double radius_m = 0;
};

// Errors of all functions are INVALID_ARGUMENT and describe what is expected. Bounds are inclusive.
absl::StatusOr<int> ReadCount(std::string_view text, int min, int max);

// Reads seconds with an optional fraction.
absl::StatusOr<double> ReadSeconds(std::string_view text, double min, double max);

// Reads whole seconds, minutes, hours or days ("90", "90s", "30m", "2h", "1d"). Returns seconds.
absl::StatusOr<int64_t> ReadLifetimeSeconds(std::string_view text, int64_t min, int64_t max);

// Reads ISO 6709 and a radius in metres or kilometres: "+34.0689-118.4451,500m", "...,10km". The
// radius is at most half the earth's circumference, 20,040 km.
absl::StatusOr<WatchedArea> ReadArea(std::string_view text);

}  // namespace proxyherd::tools
