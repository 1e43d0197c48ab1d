#include "places/osm/osm_types.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "places/data/embedded_tables.h"
#include "places/osm/osm_refinements.h"

namespace proxyherd::places {
namespace {

// One line of the table.
struct Line {
  size_t rank;            // of several lines the lowest rank is used
  std::string_view pair;  // e.g. "amenity=bar"
  std::vector<std::string_view> types;
};

struct Table {
  absl::flat_hash_map<std::pair<std::string_view, std::string_view>, Line> lines;
  absl::flat_hash_set<std::string_view> keys;
};

constexpr std::string_view kAnyValue = "*";
constexpr size_t kLinesOfAnyValue = 1 << 20;  // lines for any value rank after all other lines

// Values that mean that the thing does not exist, or no longer exists.
constexpr std::string_view kNothing[] = {"", "no", "none", "vacant", "disused", "abandoned"};
// Prefixes of keys of places that no longer exist (disused:shop), or keys that say so of the whole
// object (disused=yes).
constexpr std::string_view kGone[] = {"disused",    "abandoned", "was",
                                      "demolished", "removed",   "razed"};
// Keys of objects that remain when the place in them has closed. Such an object often keeps the
// name of the place.
constexpr std::string_view kShells[] = {"building", "landuse"};
// Only these values of information are offices; boards and signs are not.
constexpr std::string_view kInformationOffices[] = {"office", "visitor_centre",
                                                    "tourist_information", "yes"};

constexpr std::string_view kMainKeys[] = {"aeroway", "amenity", "craft", "healthcare", "historic",
                                          "leisure", "office",  "shop",  "tourism"};

bool Contains(absl::Span<const std::string_view> list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

Table MakeTable() {
  Table table;
  size_t number = 0;
  for (const std::string_view line : OsmToGoogleLines()) {
    const std::pair<std::string_view, std::string_view> halves = Split(line, '|');
    const std::pair<std::string_view, std::string_view> pair =
        Split(halves.first, absl::MaxSplits('=', 1));
    const size_t rank = ++number + (pair.second == kAnyValue ? kLinesOfAnyValue : 0);
    table.lines.try_emplace(pair,
                            Line{rank, halves.first, Split(halves.second, ' ', absl::SkipEmpty())});
    table.keys.insert(pair.first);
  }
  return table;
}

const Table& TheTable() {
  static const Table* const table = new Table(MakeTable());
  return *table;
}

const Line* FindLine(std::string_view key, std::string_view value) {
  const auto& lines = TheTable().lines;
  const auto it = lines.find({key, value});
  return it == lines.end() ? nullptr : &it->second;
}

const Line* LineOf(const OsmTag& tag) {
  if (!TheTable().keys.contains(tag.key) || Contains(kNothing, tag.value)) return nullptr;
  for (const std::string_view part : Split(tag.value, ';')) {
    const Line* line = FindLine(tag.key, FromAbsl(absl::StripAsciiWhitespace(ToAbsl(part))));
    if (line != nullptr) return line;
  }
  return FindLine(tag.key, kAnyValue);
}

// Returns the key after "disused:" and similar prefixes; empty without such a prefix.
std::string_view GoneKey(std::string_view key) {
  for (std::string_view prefix : kGone) {
    std::string_view rest = key;
    if (ConsumePrefix(&rest, prefix) && ConsumePrefix(&rest, ":")) return rest;
  }
  return {};
}

bool IsGone(absl::Span<const OsmTag> tags, const Line& line) {
  const bool is_shell = Contains(kShells, line.pair.substr(0, line.pair.find('=')));
  for (const OsmTag& tag : tags) {
    if (tag.value == "yes" && Contains(kGone, tag.key)) return true;
    // On an existing place the tag describes a predecessor.
    if (is_shell && TheTable().keys.contains(GoneKey(tag.key))) return true;
  }
  return false;
}

// Boards and signposts are also tagged tourism=information.
bool IsOffice(absl::Span<const OsmTag> tags) {
  const std::string_view kind = FindOsmTag(tags, "information");
  return kind.empty() || Contains(kInformationOffices, kind);
}

std::vector<std::string_view> CompleteTypes(const Line& line, const OsmRefinements& refinements) {
  std::vector<std::string_view> types;
  const auto add = [&types](std::string_view type) {
    if (!Contains(types, type)) types.push_back(type);
  };
  for (const std::string_view type : refinements.types) add(type);
  for (const std::string_view type : line.types) {
    if (!Contains(refinements.dropped, type)) add(type);
  }
  if (Contains(types, "political") || Contains(types, "natural_feature")) return types;
  // These two come last, as in Google's answers.
  types.erase(std::remove(types.begin(), types.end(), "establishment"), types.end());
  add("point_of_interest");
  add("establishment");
  return types;
}

}  // namespace

std::optional<OsmTypes> MapOsmTypes(absl::Span<const OsmTag> tags) {
  const Line* best = nullptr;
  for (const OsmTag& tag : tags) {
    const Line* line = LineOf(tag);
    if (line == nullptr || (best != nullptr && best->rank <= line->rank)) continue;
    if (line->pair == "tourism=information" && !IsOffice(tags)) continue;
    best = line;
  }
  if (best == nullptr || IsGone(tags, *best)) return std::nullopt;
  const OsmRefinements refinements = RefineOsmTypes(best->pair, tags);
  return OsmTypes{refinements.types.empty() ? best->types.front() : refinements.types.front(),
                  CompleteTypes(*best, refinements)};
}

bool HasMainOsmKey(absl::Span<const OsmTag> tags) {
  return std::any_of(tags.begin(), tags.end(),
                     [](const OsmTag& tag) { return Contains(kMainKeys, tag.key); });
}

bool IsOsmTypeTag(std::string_view key) {
  const Table& table = TheTable();
  return table.keys.contains(key) || key == "information" || Contains(kGone, key) ||
         table.keys.contains(GoneKey(key)) || IsOsmRefinementTag(key);
}

}  // namespace proxyherd::places
