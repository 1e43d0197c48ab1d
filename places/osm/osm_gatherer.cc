#include "places/osm/osm_gatherer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "places/osm/osm_outline.h"
#include "places/osm/osm_place.h"
#include "places/osm/osm_types.h"
#include "places/place/opening_hours.h"

namespace proxyherd::places {
namespace {

// Types that people search for even without a name. Other objects without names are not places.
constexpr std::string_view kFoundWithoutName[] = {"atm", "parking", "public_bathroom"};

// The location of a node that has not been read yet.
constexpr StoredPoint kUnknown{std::numeric_limits<int32_t>::min(), 0};

bool IsFoundWithoutName(const OsmTypes& types) {
  return std::any_of(types.types.begin(), types.types.end(), [](std::string_view type) {
    return std::find(std::begin(kFoundWithoutName), std::end(kFoundWithoutName), type) !=
           std::end(kFoundWithoutName);
  });
}

// Relations of other types are not areas but routes, restrictions or groups of objects.
bool IsArea(absl::Span<const OsmTag> tags) {
  const std::string_view type = FindOsmTag(tags, "type");
  return type == "multipolygon" || type == "boundary";
}

bool IsOnEarth(const GeoPoint& point) {
  return std::abs(point.latitude) <= 90 && std::abs(point.longitude) <= 180;
}

void SortUnique(std::vector<int64_t>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  ids.shrink_to_fit();
}

// Returns the index of `id` in sorted `ids`.
std::optional<size_t> Find(const std::vector<int64_t>& ids, int64_t id) {
  const auto at = std::lower_bound(ids.begin(), ids.end(), id);
  if (at == ids.end() || *at != id) return std::nullopt;
  return static_cast<size_t>(at - ids.begin());
}

}  // namespace

OsmGatherer::Classified OsmGatherer::Classify(absl::Span<const OsmTag> tags,
                                              std::string& packed_tags) {
  Classified object;
  if (tags.empty()) return object;
  const std::optional<OsmTypes> types = MapOsmTypes(tags);
  CountMapped(tags, types.has_value());
  if (!types) return object;
  object.named = !OsmName(tags).empty();
  if (!object.named && !IsFoundWithoutName(*types)) {
    ++counts_.unnamed_skipped;
    return object;
  }
  if (const std::string_view hours = FindOsmTag(tags, "opening_hours"); !hours.empty()) {
    object.has_hours = true;
    object.hours_unread = ReadOpeningHours(hours).kind == OpeningHoursReading::Kind::kUnread;
  }
  builder_.PackTags(tags, packed_tags);
  object.types = builder_.NumberTypes(*types, object.named);
  return object;
}

void OsmGatherer::CountMapped(absl::Span<const OsmTag> tags, bool mapped) {
  if (FindOsmTag(tags, "name").empty()) return;
  const bool has_main_key = HasMainOsmKey(tags);
  counts_.unmapped += mapped ? 0 : 1;
  counts_.main_named += has_main_key ? 1 : 0;
  counts_.main_unmapped += has_main_key && !mapped ? 1 : 0;
}

void OsmGatherer::Add(OsmKey key, const GeoPoint& location, const std::optional<GeoBox>& box,
                      const Classified& object, std::string_view packed_tags) {
  counts_.unnamed_places += object.named ? 0 : 1;
  counts_.hours += object.has_hours ? 1 : 0;
  counts_.hours_unread += object.hours_unread ? 1 : 0;
  builder_.Add(key, location, box, object.types, packed_tags);
}

void OsmGatherer::AddRelation(int64_t id, absl::Span<const OsmTag> tags,
                              absl::Span<const int64_t> outer_ways) {
  ++counts_.relations;
  if (!IsArea(tags)) return;
  Pending relation{id, {}, {packed_tags_.size(), 0}, {relation_ways_.size(), 0}};
  relation.classified = Classify(tags, packed_tags_);
  if (relation.classified.types == kNoPlace) return;
  relation_ways_.insert(relation_ways_.end(), outer_ways.begin(), outer_ways.end());
  relation.tags.end = packed_tags_.size();
  relation.parts.end = relation_ways_.size();
  relations_.push_back(relation);
}

void OsmGatherer::EndRelations() {
  needed_ways_ = relation_ways_;
  SortUnique(needed_ways_);
  way_at_.assign(needed_ways_.size(), kNowhere);
}

void OsmGatherer::AddWay(int64_t id, absl::Span<const OsmTag> tags,
                         absl::Span<const int64_t> nodes) {
  ++counts_.ways;
  Pending way{id, {}, {packed_tags_.size(), 0}, {way_nodes_.size(), 0}};
  way.classified = Classify(tags, packed_tags_);
  const std::optional<size_t> needed = Find(needed_ways_, id);
  if (way.classified.types == kNoPlace && !needed) return;
  if (needed) way_at_[*needed] = static_cast<uint32_t>(ways_.size());
  way_nodes_.insert(way_nodes_.end(), nodes.begin(), nodes.end());
  way.tags.end = packed_tags_.size();
  way.parts.end = way_nodes_.size();
  ways_.push_back(way);
}

void OsmGatherer::EndWays() {
  needed_nodes_ = way_nodes_;
  SortUnique(needed_nodes_);
  locations_.assign(needed_nodes_.size(), kUnknown);
}

void OsmGatherer::AddNode(int64_t id, absl::Span<const OsmTag> tags, const GeoPoint& location) {
  ++counts_.nodes;
  if (!IsOnEarth(location)) {
    ++counts_.nodes_without_location;
    return;
  }
  if (const std::optional<size_t> needed = Find(needed_nodes_, id)) {
    locations_[*needed] = Store(location);
  }
  scratch_.clear();
  const Classified object = Classify(tags, scratch_);
  if (object.types == kNoPlace) return;
  Add(MakeOsmKey(OsmObject::Kind::kNode, id), location, std::nullopt, object, scratch_);
}

bool OsmGatherer::FindNodes(absl::Span<const int64_t> nodes, std::vector<GeoPoint>& points) const {
  bool complete = true;
  for (const int64_t id : nodes) {
    const StoredPoint location = locations_[*Find(needed_nodes_, id)];
    if (location == kUnknown) {
      complete = false;
    } else {
      points.push_back(Degrees(location));
    }
  }
  return complete;
}

absl::Span<const int64_t> OsmGatherer::NodesOf(const Pending& way) const {
  return absl::MakeConstSpan(way_nodes_).subspan(way.parts.begin, way.parts.end - way.parts.begin);
}

std::string_view OsmGatherer::TagsOf(const Pending& object) const {
  return std::string_view(packed_tags_)
      .substr(object.tags.begin, object.tags.end - object.tags.begin);
}

void OsmGatherer::PlaceWay(const Pending& way) {
  std::vector<GeoPoint> points;
  const bool complete = FindNodes(NodesOf(way), points);
  const std::optional<OsmMiddle> middle = MiddleOfLine(points);
  if (!middle) {
    ++counts_.ways_without_nodes;
    return;
  }
  counts_.ways_incomplete += complete ? 0 : 1;
  Add(MakeOsmKey(OsmObject::Kind::kWay, way.id), middle->point, middle->box, way.classified,
      TagsOf(way));
}

void OsmGatherer::PlaceRelation(const Pending& relation) {
  bool complete = true;
  std::vector<absl::Span<const int64_t>> lines;
  for (uint64_t i = relation.parts.begin; i < relation.parts.end; ++i) {
    const uint32_t at = way_at_[*Find(needed_ways_, relation_ways_[i])];
    if (at == kNowhere) {
      complete = false;
    } else {
      lines.push_back(NodesOf(ways_[at]));
    }
  }
  std::vector<std::vector<GeoPoint>> rings;
  for (const std::vector<int64_t>& nodes : JoinLines(lines)) {
    complete = FindNodes(nodes, rings.emplace_back()) && complete;
  }
  const std::optional<OsmMiddle> middle = MiddleOfRings(rings);
  if (!middle) {
    ++counts_.relations_without_ways;
    return;
  }
  counts_.relations_incomplete += complete ? 0 : 1;
  Add(MakeOsmKey(OsmObject::Kind::kRelation, relation.id), middle->point, middle->box,
      relation.classified, TagsOf(relation));
}

uint64_t OsmGatherer::PeakBytes() const {
  const uint64_t ways_and_relations =
      packed_tags_.capacity() + (relations_.capacity() + ways_.capacity()) * sizeof(Pending) +
      (relation_ways_.capacity() + needed_ways_.capacity() + way_nodes_.capacity()) *
          sizeof(int64_t) +
      way_at_.capacity() * sizeof(uint32_t);
  // EndWays copies the ids of all nodes of ways, and allocates a location for each.
  const uint64_t nodes = needed_nodes_.empty()
                             ? way_nodes_.size() * (sizeof(int64_t) + sizeof(StoredPoint))
                             : needed_nodes_.capacity() * (sizeof(int64_t) + sizeof(StoredPoint));
  return ways_and_relations + nodes + builder_.PeakBytes();
}

absl::StatusOr<OsmStore> OsmGatherer::Finish() {
  for (const Pending& way : ways_) {
    if (way.classified.types != kNoPlace) PlaceWay(way);
  }
  for (const Pending& relation : relations_) PlaceRelation(relation);
  counts_.places = builder_.size();
  return std::move(builder_).Build();
}

}  // namespace proxyherd::places
