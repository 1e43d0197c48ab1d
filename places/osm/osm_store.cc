#include "places/osm/osm_store.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/place/packed_text.h"
#include "places/provider/type_filter.h"

namespace proxyherd::places {
namespace {

constexpr uint64_t kAlignment = 8;

// In units of 1e-7 degrees, as in StoredPoint.
constexpr int64_t kPole = 900'000'000;
constexpr int64_t kDateLine = 1'800'000'000;

bool IsWithin(int64_t value, int64_t bound) { return value >= -bound && value <= bound; }

// The length of a list precedes its items, each of which takes at least one byte.
bool IsCredible(uint64_t count, const PackedReader& reader) {
  return reader.ok() && count <= reader.rest().size();
}

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(absl::StrCat("places of OpenStreetMap: ", ToAbsl(what)));
}

// Cuts the bytes into arrays, in their order.
class Cutter {
 public:
  Cutter(std::string_view bytes, uint64_t position) : bytes_(bytes), position_(position) {}

  // REQUIRES: `count` times the size of T fits into 64 bits.
  template <typename T>
  absl::Span<const T> Array(uint64_t count) {
    assert(count <= std::numeric_limits<uint64_t>::max() / sizeof(T));
    const uint64_t size = count * sizeof(T);
    if (!ok_ || size > bytes_.size() - position_) {
      ok_ = false;
      return {};
    }
    const auto* start = reinterpret_cast<const T*>(bytes_.data() + position_);
    position_ += size;
    position_ = std::min<uint64_t>(bytes_.size(), position_ + (-position_ % kAlignment));
    return {start, static_cast<size_t>(count)};
  }

  bool AtEnd() const { return ok_ && position_ == bytes_.size(); }
  bool ok() const { return ok_; }

 private:
  const std::string_view bytes_;
  uint64_t position_;
  bool ok_ = true;
};

std::string_view AsText(absl::Span<const char> bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

absl::StatusOr<OsmStore> OsmStore::Parse(std::string bytes) {
  OsmStore store;
  store.bytes_ = std::move(bytes);
  const std::string_view all = store.bytes_;
  OsmStoreHeader header;
  if (all.size() < sizeof(header)) return Damaged("too short");
  std::memcpy(&header, all.data(), sizeof(header));
  if (header.magic != kOsmStoreMagic) return Damaged("of another format");
  // This limit keeps the products below from overflowing.
  if (header.places >= std::numeric_limits<uint32_t>::max()) return Damaged("too many");

  Cutter cutter(all, sizeof(header));
  const size_t n = header.places;
  store.text_ = AsText(cutter.Array<char>(header.text_bytes));
  const std::string_view names = AsText(cutter.Array<char>(header.names_bytes));
  store.keys_ = cutter.Array<OsmKey>(n);
  store.offsets_ = cutter.Array<uint64_t>(n + 1);
  store.points_ = cutter.Array<StoredPoint>(n);
  store.set_of_ = cutter.Array<uint32_t>(n);
  if (!cutter.AtEnd()) return Damaged("their sizes do not fit");

  if (absl::Status status = store.ParseNames(names); !status.ok()) return status;
  if (absl::Status status = store.CheckArrays(); !status.ok()) return status;
  store.index_ = PointIndex(store.points_);
  return store;
}

absl::Status OsmStore::ParseNames(std::string_view names) {
  PackedReader reader(names);
  const uint64_t keys = reader.Varint();
  if (!IsCredible(keys, reader)) return Damaged("too many keys");
  for (uint64_t i = 0; i < keys; ++i) tag_keys_.push_back(reader.Text());
  const uint64_t sets = reader.Varint();
  if (!IsCredible(sets, reader)) return Damaged("too many sets of types");
  for (uint64_t i = 0; i < sets; ++i) {
    TypeSet set;
    set.named = reader.Varint() != 0;
    set.primary = reader.Text();
    const uint64_t types = reader.Varint();
    if (!IsCredible(types, reader)) return Damaged("too many types");
    for (uint64_t t = 0; t < types; ++t) set.types.push_back(reader.Text());
    sets_.push_back(std::move(set));
  }
  return reader.ok() && reader.rest().empty() ? absl::OkStatus() : Damaged("names cut off");
}

absl::Status OsmStore::CheckArrays() const {
  if (offsets_.front() != 0 || offsets_.back() != text_.size() ||
      !std::is_sorted(offsets_.begin(), offsets_.end())) {
    return Damaged("records do not lie one after another");
  }
  for (const uint32_t set : set_of_) {
    if (set >= sets_.size()) return Damaged("an unknown set of types");
  }
  constexpr OsmKey kLastKey = MakeOsmKey(OsmObject::Kind::kRelation, -1);
  for (const OsmKey key : keys_) {
    if (key > kLastKey) return Damaged("an unknown kind of object");
  }
  for (const StoredPoint& point : points_) {
    if (!IsWithin(point.latitude_e7, kPole) || !IsWithin(point.longitude_e7, kDateLine)) {
      return Damaged("a place that is not on the earth");
    }
  }
  return absl::OkStatus();
}

std::vector<OsmStore::Hit> OsmStore::Nearest(const GeoPoint& center, double radius_m, size_t limit,
                                             const TypeFilter& filter) const {
  // Many places share few type sets, so each set is checked once.
  std::vector<bool> wanted;
  wanted.reserve(sets_.size());
  const bool asks = !filter.included.empty() || !filter.included_primary.empty();
  for (const TypeSet& set : sets_) {
    wanted.push_back((set.named || asks) && Wants(filter, set.primary, set.types));
  }
  return index_.Nearest(center, radius_m, limit,
                        [&](uint32_t index) { return wanted[set_of_[index]]; });
}

bool OsmStore::ReadTags(std::string_view record, const StoredPoint& point, OsmObject& object,
                        std::vector<OsmTag>& tags) const {
  PackedReader reader(record);
  if (reader.Varint() != 0) {
    GeoBox box;
    for (GeoPoint* corner : {&box.low, &box.high}) {
      int64_t latitude = reader.Signed();
      int64_t longitude = reader.Signed();
      // Checked before adding, because the numbers may have any value.
      if (!IsWithin(latitude, 2 * kPole) || !IsWithin(longitude, 2 * kDateLine)) return false;
      latitude += point.latitude_e7;
      longitude += point.longitude_e7;
      if (!IsWithin(latitude, kPole) || !IsWithin(longitude, kDateLine)) return false;
      *corner = {static_cast<double>(latitude) / 1e7, static_cast<double>(longitude) / 1e7};
    }
    object.box = box;
  }
  const uint64_t count = reader.Varint();
  if (!IsCredible(count, reader)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t key = reader.Varint();
    const std::string_view value = reader.Text();
    if (!reader.ok() || key >= tag_keys_.size()) return false;
    tags.push_back({tag_keys_[key], value});
  }
  return reader.rest().empty();
}

std::optional<Place> OsmStore::MakePlace(uint32_t index, std::string_view language,
                                         std::string_view region) const {
  OsmObject object{};
  object.kind = static_cast<OsmObject::Kind>(keys_[index] >> kOsmIdBits);
  object.id = static_cast<int64_t>(keys_[index] << (64 - kOsmIdBits)) >> (64 - kOsmIdBits);
  object.location = Degrees(points_[index]);
  std::vector<OsmTag> tags;
  const std::string_view record =
      text_.substr(offsets_[index], offsets_[index + 1] - offsets_[index]);
  if (!ReadTags(record, points_[index], object, tags)) return std::nullopt;
  object.tags = tags;
  return MakeOsmPlace(object, language, region);
}

}  // namespace proxyherd::places
