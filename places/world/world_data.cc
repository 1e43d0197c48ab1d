#include "places/world/world_data.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "places/provider/type_filter.h"

namespace proxyherd::places {
namespace {

constexpr std::string_view kFirstLine = "proxyherd-world\t1";

// Columns of towns and airfields together, then those of towns and of airfields only.
constexpr size_t kId = 1, kLatitude = 2, kLongitude = 3, kKind = 4, kCountry = 5, kDivision = 6,
                 kName = 7;
constexpr size_t kPopulation = 8, kTimeZone = 9, kTownColumns = 10;
constexpr size_t kCity = 8, kAirportColumns = 9;

// The area of a town grows with its population: Los Angeles, with 3.9 million people, extends 0.2
// degrees to each side.
constexpr double kTownViewportDegreesPerRoot = 1e-4;

std::string_view LineAt(std::string_view text, size_t offset) {
  return text.substr(offset, text.find('\n', offset) - offset);
}

std::vector<std::string_view> SplitFields(std::string_view line) { return Split(line, '\t'); }

// Kinds of places. Unknown letters get the last kind of towns (populated place) or of airfields
// (airport).
struct Kind {
  std::string_view line;  // the letter with which its lines begin
  char letter;
  uint32_t popularity;  // of an airfield; a town's is its population
  std::array<std::string_view, 4> types;
};
constexpr Kind kKinds[] = {
    {"A", 'i', 200'000, {"international_airport", "airport", "point_of_interest", "establishment"}},
    {"A", 's', 50, {"airstrip", "airport", "point_of_interest", "establishment"}},
    {"A", 'h', 10, {"heliport", "point_of_interest", "establishment"}},
    {"A", 'a', 5'000, {"airport", "point_of_interest", "establishment"}},
    {"T", 'x', 0, {"neighborhood", "political"}},
    {"T", 'p', 0, {"locality", "political"}},
};

uint8_t KindOf(std::string_view line, char letter) {
  size_t kind = 0;
  for (size_t i = 0; i < std::size(kKinds); ++i) {
    if (kKinds[i].line != line) continue;
    kind = i;
    if (kKinds[i].letter == letter) break;
  }
  return static_cast<uint8_t>(kind);
}

absl::Span<const std::string_view> TypesOf(const Kind& kind) {
  const auto end = std::find(kind.types.begin(), kind.types.end(), std::string_view());
  return absl::MakeSpan(kind.types).first(static_cast<size_t>(end - kind.types.begin()));
}

}  // namespace

absl::StatusOr<WorldData> WorldData::Parse(std::string text) {
  WorldData data(std::move(text));
  if (absl::Status status = data.ParseAll(); !status.ok()) return status;
  return data;
}

absl::Status WorldData::ParseAll() {
  const std::string_view text = *text_;
  if (text.size() > std::numeric_limits<uint32_t>::max()) {
    return absl::DataLossError("world data: more than 4 GiB");
  }
  size_t number = 0;
  for (size_t offset = 0; offset < text.size();) {
    const std::string_view line = LineAt(text, offset);
    ++number;
    const bool first = number == 1;
    absl::Status status;
    if (first && line != kFirstLine) {
      status =
          absl::DataLossError(absl::StrCat("it does not start with \"", ToAbsl(kFirstLine), "\""));
    } else if (!first) {
      status = ParseLine(SplitFields(line), offset);
    }
    if (!status.ok()) {
      return absl::DataLossError(absl::StrCat("world data, line ", number, ": ", status.message()));
    }
    offset += line.size() + 1;
  }
  if (number == 0) return absl::DataLossError("world data: empty");
  index_ = PointIndex(points_);
  return absl::OkStatus();
}

absl::Status WorldData::ParseLine(const Fields& fields, size_t offset) {
  const std::string_view kind = fields[0];
  const auto has = [&fields](size_t columns) { return fields.size() == columns; };
  if (kind == "C" && has(4)) {
    countries_[fields[1]] = {fields[2], fields[3]};
    return absl::OkStatus();
  }
  if (kind == "R" && has(4)) {
    divisions_.push_back({fields[1], fields[2], fields[3]});
    return absl::OkStatus();
  }
  if ((kind == "T" && has(kTownColumns)) || (kind == "A" && has(kAirportColumns))) {
    return ParsePlace(fields, offset);
  }
  return absl::DataLossError("unknown kind of line, or a wrong number of columns");
}

absl::Status WorldData::ParsePlace(const Fields& fields, size_t offset) {
  GeoPoint point;
  if (!absl::SimpleAtod(ToAbsl(fields[kLatitude]), &point.latitude) ||
      !absl::SimpleAtod(ToAbsl(fields[kLongitude]), &point.longitude) ||
      !(std::abs(point.latitude) <= 90 && std::abs(point.longitude) <= 180)) {
    return absl::DataLossError("no coordinates");
  }
  if (!countries_.contains(fields[kCountry])) return absl::DataLossError("unknown country");
  uint32_t division = 0;
  if (!fields[kDivision].empty() &&
      !(absl::SimpleAtoi(ToAbsl(fields[kDivision]), &division) && division < divisions_.size())) {
    return absl::DataLossError("unknown division");
  }
  uint32_t population = 0;
  if (fields[0] == "T" && !absl::SimpleAtoi(ToAbsl(fields[kPopulation]), &population)) {
    return absl::DataLossError("no population");
  }
  if (fields[kKind].size() != 1) return absl::DataLossError("no kind of place");
  kinds_.push_back(KindOf(fields[0], fields[kKind].front()));
  popularity_.push_back(fields[0] == "T" ? population : kKinds[kinds_.back()].popularity);
  offsets_.push_back(static_cast<uint32_t>(offset));
  points_.push_back(Store(point));
  return absl::OkStatus();
}

std::vector<Place> WorldData::Search(const SearchRequest& request) const {
  std::array<bool, std::size(kKinds)> kind_wanted{};
  for (size_t i = 0; i < std::size(kKinds); ++i) {
    const absl::Span<const std::string_view> types = TypesOf(kKinds[i]);
    kind_wanted[i] = Wants(request.types, types.front(), types);
  }
  const auto wanted = [&](uint32_t index) { return kind_wanted[kinds_[index]]; };
  std::vector<Place> places;
  for (const PointHit& hit :
       request.rank == Rank::kPopularity
           ? MostPopular(request, wanted)
           : index_.Nearest({request.latitude, request.longitude}, request.radius_m,
                            static_cast<size_t>(request.max_results), wanted)) {
    places.push_back(ReadPlace(offsets_[hit.index], request.region));
  }
  return places;
}

std::vector<PointHit> WorldData::MostPopular(const SearchRequest& request,
                                             absl::FunctionRef<bool(uint32_t)> wanted) const {
  std::vector<PointHit> hits;
  index_.VisitWithin({request.latitude, request.longitude}, request.radius_m,
                     [&](const PointHit& hit) {
                       if (wanted(hit.index)) hits.push_back(hit);
                     });
  const size_t limit = std::min(hits.size(), static_cast<size_t>(request.max_results));
  const auto rank = [this](const PointHit& hit) {
    return std::make_tuple(-int64_t{popularity_[hit.index]}, hit.distance_m, hit.index);
  };
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(limit), hits.end(),
                    [&](const PointHit& a, const PointHit& b) { return rank(a) < rank(b); });
  hits.resize(limit);
  return hits;
}

Place WorldData::ReadPlace(size_t offset, std::string_view region) const {
  const Fields fields = SplitFields(LineAt(*text_, offset));
  const auto types = TypesOf(kKinds[KindOf(fields[0], fields[kKind].front())]);
  Place place;
  place.name = fields[kName];
  place.types.assign(types.begin(), types.end());
  (void)absl::SimpleAtod(ToAbsl(fields[kLatitude]), &place.location.latitude);
  (void)absl::SimpleAtod(ToAbsl(fields[kLongitude]), &place.location.longitude);
  place.viewport_half_degrees = kPointViewportDegrees;
  if (fields[0] == "T") {
    uint32_t population = 0;
    (void)absl::SimpleAtoi(ToAbsl(fields[kPopulation]), &population);
    place.id = absl::StrCat("geonames_", ToAbsl(fields[kId]));
    place.viewport_half_degrees =
        std::max(kPointViewportDegrees, kTownViewportDegreesPerRoot * std::sqrt(population));
    place.time_zone = fields[kTimeZone];
    place.attribution_name = kGeoNames.name;
    place.attribution_uri = kGeoNames.uri;
  } else {
    place.id = absl::StrCat("airport_", ToAbsl(fields[kId]));
    place.business_status = "OPERATIONAL";
    place.attribution_name = kOurAirports.name;
    place.attribution_uri = kOurAirports.uri;
  }
  place.primary_type = place.types.front();
  AddAddress(fields, region, place);
  return place;
}

// A town comes first in its own address; an airfield's address begins with its city.
void WorldData::AddAddress(const Fields& fields, std::string_view region, Place& place) const {
  const bool town = fields[0] == "T";
  const std::string_view nearest = town ? fields[kName] : fields[kCity];
  std::vector<std::string_view> parts;
  if (!nearest.empty()) {
    place.address.push_back(
        {nearest, nearest,
         town ? place.types : std::vector<std::string_view>{"locality", "political"}});
    parts.push_back(nearest);
  }
  uint32_t number = 0;
  if (absl::SimpleAtoi(ToAbsl(fields[kDivision]), &number)) {
    const Division& division = divisions_[number];
    place.address.push_back(
        {division.name, division.short_name, {"administrative_area_level_1", "political"}});
    if (division.name != nearest) parts.push_back(division.name);
  }
  const Country& country = countries_.at(fields[kCountry]);
  place.address.push_back({country.name, fields[kCountry], {"country", "political"}});
  if (country.name != nearest &&
      !absl::EqualsIgnoreCase(ToAbsl(fields[kCountry]), ToAbsl(region))) {
    parts.push_back(country.address_name);
  }
  place.formatted_address = absl::StrJoin(parts, ", ", TextFormatter());
}

}  // namespace proxyherd::places
