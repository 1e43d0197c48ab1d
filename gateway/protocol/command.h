// Parses a line into a command.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "core/report.h"

namespace proxyherd::gateway {

// The first field of a line. Matched byte for byte: `iamat` is kOther.
enum class Verb : uint8_t { kIamat, kWhatsat, kOther };
inline constexpr int kVerbs = 3;

// All views point into the parsed line. The location is not checked here, because IsValidRecord
// does that for all reports.
struct Iamat {
  Report report;
  int64_t client_time_ns = 0;  // the value of `report.time`
};

struct Whatsat {
  std::string_view client;
  double radius_m = 0;  // [0, 50,000]
  int bound = 0;        // [0, 20], the maximum number of places
};

struct InvalidCommand {
  Verb verb = Verb::kOther;
};

using Command = std::variant<InvalidCommand, Iamat, Whatsat>;

// Parses a line without its terminator; it may contain any bytes.
Command ParseCommand(std::string_view line);

}  // namespace proxyherd::gateway
