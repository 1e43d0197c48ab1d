// Gathers the places of an extract, which is read three times: relations, ways, nodes. No I/O.
//
// Each pass determines what the next one needs: the ways of relations, then the nodes of these ways
// and of ways that are places. So only positions that a place needs are kept, and the order of
// objects in the file does not matter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "places/osm/osm_counts.h"
#include "places/osm/osm_store.h"
#include "places/osm/osm_store_builder.h"

namespace proxyherd::places {

// For one thread. In addition to the places, takes 8 bytes per node listed in a way that is a place
// or a part of one, 16 bytes per such node, and 48 bytes and the tags per such way.
class OsmGatherer {
 public:
  // First, all relations. `outer_ways` are the members that are ways but not inner ways.
  void AddRelation(int64_t id, absl::Span<const OsmTag> tags, absl::Span<const int64_t> outer_ways);
  // Then, after EndRelations, all ways.
  void EndRelations();
  void AddWay(int64_t id, absl::Span<const OsmTag> tags, absl::Span<const int64_t> nodes);
  // Then, after EndWays, all nodes. Nodes that are not on the earth are counted and skipped.
  void EndWays();
  void AddNode(int64_t id, absl::Span<const OsmTag> tags, const GeoPoint& location);

  // Must be called last; only counts() and places() may follow. Errors: see OsmStoreBuilder::Build.
  absl::StatusOr<OsmStore> Finish();

  const OsmCounts& counts() const { return counts_; }
  size_t places() const { return builder_.size(); }
  // Returns the maximum memory needed for the objects added so far, including that of Finish.
  uint64_t PeakBytes() const;

 private:
  static constexpr uint32_t kNoPlace = 0xffffffff;  // at most a part of relations
  // A range of one of the vectors below.
  struct Range {
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  // The types of an object. It becomes a place only if it also has a position.
  struct Classified {
    uint32_t types = kNoPlace;  // their number in the store
    bool named = false;
    bool has_hours = false;
    bool hours_unread = false;
  };
  // A way or relation; its position is known only after the last pass.
  struct Pending {
    int64_t id = 0;
    Classified classified;
    Range tags;   // of packed_tags_
    Range parts;  // of way_nodes_, or of relation_ways_
  };
  static constexpr uint32_t kNowhere = 0xffffffff;

  // Returns the object's types; if it has any, also packs its tags.
  Classified Classify(absl::Span<const OsmTag> tags, std::string& packed_tags);
  void CountMapped(absl::Span<const OsmTag> tags, bool mapped);
  void Add(OsmKey key, const GeoPoint& location, const std::optional<GeoBox>& box,
           const Classified& object, std::string_view packed_tags);
  // Appends the positions of the nodes that are in the file, in order. Returns true if all are.
  bool FindNodes(absl::Span<const int64_t> nodes, std::vector<GeoPoint>& points) const;
  void PlaceWay(const Pending& way);
  void PlaceRelation(const Pending& relation);
  absl::Span<const int64_t> NodesOf(const Pending& way) const;
  std::string_view TagsOf(const Pending& object) const;

  OsmStoreBuilder builder_;
  OsmCounts counts_;
  std::string packed_tags_;
  std::vector<Pending> relations_;
  std::vector<int64_t> relation_ways_;
  std::vector<int64_t> needed_ways_;  // sorted
  std::vector<uint32_t> way_at_;      // for each of needed_ways_, its index in ways_, or kNowhere
  std::vector<Pending> ways_;
  std::vector<int64_t> way_nodes_;
  std::vector<int64_t> needed_nodes_;   // sorted
  std::vector<StoredPoint> locations_;  // of needed_nodes_
  std::string scratch_;
};

}  // namespace proxyherd::places
