// Towns (GeoNames) and airfields (OurAirports) of the earth, found by distance.
//
// The data is text: the decompressed places/data/world.tsv.zst, which generate_world.py writes. The
// first line is `proxyherd-world <version>`; every other line is tab-separated and begins with the
// letter of its kind. Lines of places come after those of countries and divisions.
//
//   C code name address-name
//     A country, by its ISO 3166-1 code.
//   R country name short-name
//     A first-level division; numbered from 0 in order of appearance.
//   T id lat lon kind country division name population time-zone
//     A town. Kind: p(opulated place), x (a section of one).
//   A id lat lon kind country division name city
//     An airfield. Kind: i(nternational), a(irport), s(trip), h(eliport).
//
// `division` is a number or empty; coordinates are decimal degrees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "places/geo/point_index.h"
#include "places/place/place.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// A source of the data, and the credit that must be shown with it.
struct WorldSource {
  std::string_view name;
  std::string_view uri;
};
inline constexpr WorldSource kGeoNames{"GeoNames", "https://www.geonames.org"};
inline constexpr WorldSource kOurAirports{"OurAirports", "https://ourairports.com"};

// The month of the older source, GeoNames; the airfields are of February 2026
// (places/data/README.md).
inline constexpr std::string_view kWorldDataDate = "2023-03-01";

// The popularity of a town is its population. For airfields no such data exists: each kind has the
// popularity of a town of a certain size (places/world/world_data.cc).
//
// All strings are stored only in the text, and a line is parsed again each time its place is found:
// memory holds only an offset, coordinates, popularity, a kind and a part of the index per place.
// Immutable once parsed, hence thread-safe.
class WorldData {
 public:
  // DATA_LOSS with the line's number if `text` does not follow the header comment.
  static absl::StatusOr<WorldData> Parse(std::string text);

  // Answers a valid request with at most `max_results` places of the wanted types, the nearest or
  // the most popular first (places of equal popularity by distance). The places refer to this
  // object. Names are in the language of the data, whatever the request's; an address omits the
  // country if it is the request's region.
  std::vector<Place> Search(const SearchRequest& request) const;

  size_t size() const { return offsets_.size(); }

 private:
  struct Country {
    std::string_view name;
    std::string_view address_name;
  };
  struct Division {
    std::string_view country;
    std::string_view name;
    std::string_view short_name;
  };
  using Fields = std::vector<std::string_view>;

  explicit WorldData(std::string text) : text_(std::make_unique<std::string>(std::move(text))) {}

  absl::Status ParseAll();
  // Validates everything that ReadPlace relies on.
  absl::Status ParseLine(const Fields& fields, size_t offset);
  absl::Status ParsePlace(const Fields& fields, size_t offset);
  std::vector<PointHit> MostPopular(const SearchRequest& request,
                                    absl::FunctionRef<bool(uint32_t)> wanted) const;
  Place ReadPlace(size_t offset, std::string_view region) const;
  void AddAddress(const Fields& fields, std::string_view region, Place& place) const;

  // On the heap, so that the views below stay valid if this object moves.
  std::unique_ptr<const std::string> text_;
  absl::flat_hash_map<std::string_view, Country> countries_;
  std::vector<Division> divisions_;
  std::vector<uint32_t> offsets_;     // of each place's line in the text
  std::vector<uint8_t> kinds_;        // for each place, its row in the table of kinds
  std::vector<uint32_t> popularity_;  // of each place
  std::vector<StoredPoint> points_;
  PointIndex index_;  // of points_
};

}  // namespace proxyherd::places
