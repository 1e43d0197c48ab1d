// Towns of the earth (GeoNames) and its airfields (OurAirports), found by distance.
//
// The data is text: the decompressed places/data/world.tsv.zst, which generate_world.py writes. Its
// first line is `proxyherd-world <version>`; every other line is tab-separated and starts with the
// letter of its kind. Places follow countries and divisions.
//
//   C code name address-name
//     A country, by its ISO 3166-1 code.
//   R country name short-name
//     A first-level division; numbered from 0 in order of appearance.
//   T id lat lon kind country division name population time-zone
//     A town. Kind: p(opulated place), x (a quarter of one).
//   A id lat lon kind country division name city
//     An airfield. Kind: i(nternational), a(irport), s(trip), h(eliport).
//
// `division` is a number or empty; coordinates are decimal degrees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "places/place.h"
#include "places/point_index.h"

namespace proxyherd {

// Keeps the text itself as its only store of strings and parses a line again whenever it is found:
// per place it holds an offset and a node of the index. Immutable once parsed, and so thread-safe.
class WorldData {
 public:
  // DATA_LOSS with the line's number, when `text` is not what the header comment says.
  static absl::StatusOr<WorldData> Parse(std::string text);

  // At most `limit` places within `radius_m` metres, nearest first. They refer to this object.
  std::vector<Place> Nearest(const GeoPoint& center, double radius_m, size_t limit) const;

  size_t size() const { return offsets_.size(); }

 private:
  struct Country {
    absl::string_view name;
    absl::string_view address_name;
  };
  struct Division {
    absl::string_view country;
    absl::string_view name;
    absl::string_view short_name;
  };
  using Fields = std::vector<absl::string_view>;

  explicit WorldData(std::string text) : text_(std::make_unique<std::string>(std::move(text))) {}

  absl::Status ParseAll();
  // Checks all that ReadPlace relies on.
  absl::Status ParseLine(const Fields& fields, size_t offset);
  absl::Status ParsePlace(const Fields& fields, size_t offset);
  Place ReadPlace(size_t offset) const;
  void AddAddress(const Fields& fields, Place& place) const;

  // On the heap, so that the views below stay true when this object moves.
  std::unique_ptr<const std::string> text_;
  absl::flat_hash_map<absl::string_view, Country> countries_;
  std::vector<Division> divisions_;
  std::vector<uint32_t> offsets_;  // of each place's line in the text
  std::vector<StoredPoint> points_;
  PointIndex index_;  // over points_
};

}  // namespace proxyherd
