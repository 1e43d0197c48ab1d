// The tables that embedded_tables.S links in.
#include "places/data/embedded_tables.h"

#include <cstddef>

#include "base/split.h"

extern "C" {
extern const char proxyherd_osm_to_google_begin[];
extern const char proxyherd_osm_to_google_end[];
extern const char proxyherd_countries_begin[];
extern const char proxyherd_countries_end[];
}

namespace proxyherd::places {
namespace {

std::vector<std::string_view> Lines(const char* begin, const char* end) {
  const std::string_view text(begin, static_cast<size_t>(end - begin));
  return Split(text, '\n', [](auto line) { return !line.empty() && line.front() != '#'; });
}

}  // namespace

std::vector<std::string_view> OsmToGoogleLines() {
  return Lines(proxyherd_osm_to_google_begin, proxyherd_osm_to_google_end);
}

std::vector<std::string_view> CountryLines() {
  return Lines(proxyherd_countries_begin, proxyherd_countries_end);
}

}  // namespace proxyherd::places
