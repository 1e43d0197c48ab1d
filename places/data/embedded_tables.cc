// The tables that embedded_tables.S links in.
#include "places/data/embedded_tables.h"

#include <cstddef>

#include "absl/strings/str_split.h"

extern "C" {
extern const char proxyherd_osm_to_google_begin[];
extern const char proxyherd_osm_to_google_end[];
extern const char proxyherd_countries_begin[];
extern const char proxyherd_countries_end[];
}

namespace proxyherd {
namespace {

std::vector<absl::string_view> Lines(const char* begin, const char* end) {
  const absl::string_view text(begin, static_cast<size_t>(end - begin));
  return absl::StrSplit(
      text, '\n', [](absl::string_view line) { return !line.empty() && line.front() != '#'; });
}

}  // namespace

std::vector<absl::string_view> OsmToGoogleLines() {
  return Lines(proxyherd_osm_to_google_begin, proxyherd_osm_to_google_end);
}

std::vector<absl::string_view> CountryLines() {
  return Lines(proxyherd_countries_begin, proxyherd_countries_end);
}

}  // namespace proxyherd
