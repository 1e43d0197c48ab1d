// Gathers the places of an extract, which is read three times: relations, ways, nodes. Pure.
//
// What is needed of each pass is known from the one before: the ways that relations are made of,
// then the nodes that those and other places' ways are made of. So no position is kept that no
// place needs, and the order of the file does not matter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "places/osm/osm_counts.h"
#include "places/osm/osm_store.h"
#include "places/osm/osm_store_builder.h"

namespace proxyherd {

// For one thread. Beside the places it holds: 8 bytes for each node in each way that is a place or
// a part of one, 16 for each such node, and 48 and its tags for each such way.
class OsmGatherer {
 public:
  // First all relations. `outer_ways` are the members that are ways and not inner ones.
  void AddRelation(int64_t id, absl::Span<const OsmTag> tags, absl::Span<const int64_t> outer_ways);
  // Then, after EndRelations, all ways.
  void EndRelations();
  void AddWay(int64_t id, absl::Span<const OsmTag> tags, absl::Span<const int64_t> nodes);
  // Then, after EndWays, all nodes. One that is not on the earth is counted.
  void EndWays();
  void AddNode(int64_t id, absl::Span<const OsmTag> tags, const GeoPoint& location);

  // The last call but those below. Errors as of OsmStoreBuilder::Build.
  absl::StatusOr<OsmStore> Finish();

  const OsmCounts& counts() const { return counts_; }
  size_t places() const { return builder_.size(); }
  // What it needs at most with what it has been given so far, Finish included.
  uint64_t PeakBytes() const;

 private:
  static constexpr uint32_t kNoPlace = 0xffffffff;  // at most a part of relations
  // A range of one of the vectors below.
  struct Range {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  // What the tags of an object say; it becomes a place only if it is somewhere.
  struct Judged {
    uint32_t types = kNoPlace;  // their number
    bool named = false;
    bool has_hours = false;
    bool hours_unread = false;
  };
  // A way or relation; its position is known only at the end.
  struct Pending {
    int64_t id = 0;
    Judged judged;
    Range tags;   // of packed_tags_
    Range parts;  // of way_nodes_, or of relation_ways_
  };
  static constexpr uint32_t kNowhere = 0xffffffff;

  // With its packed tags, if it is a place.
  Judged Judge(absl::Span<const OsmTag> tags, std::string& packed_tags);
  void CountMapped(absl::Span<const OsmTag> tags, bool mapped);
  void Add(OsmKey key, const GeoPoint& location, const std::optional<GeoBox>& box,
           const Judged& judged, absl::string_view packed_tags);
  // Those of them that are in the file, in their order; says whether all are.
  bool FindNodes(absl::Span<const int64_t> nodes, std::vector<GeoPoint>& points) const;
  void PlaceWay(const Pending& way);
  void PlaceRelation(const Pending& relation);
  absl::Span<const int64_t> NodesOf(const Pending& way) const;
  absl::string_view TagsOf(const Pending& object) const;

  OsmStoreBuilder builder_;
  OsmCounts counts_;
  std::string packed_tags_;
  std::vector<Pending> relations_;
  std::vector<int64_t> relation_ways_;
  std::vector<int64_t> needed_ways_;  // sorted
  std::vector<uint32_t> way_at_;      // where each of needed_ways_ is in ways_, or kNowhere
  std::vector<Pending> ways_;
  std::vector<int64_t> way_nodes_;
  std::vector<int64_t> needed_nodes_;   // sorted
  std::vector<StoredPoint> locations_;  // of needed_nodes_
  std::string scratch_;
};

}  // namespace proxyherd
