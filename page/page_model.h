// Makes the frames of a page from samples of the node's state, without sockets or threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/table.h"
#include "page/frames.h"
#include "page/herd_picture.h"
#include "page/history.h"
#include "page/map_scan.h"

namespace proxyherd::page {

// Facts that are constant while the node runs.
struct PageFacts {
  std::string herd;
  std::string node;
  std::string version;
  bool details = false;  // exact positions and ids may be shown
  bool console = false;  // the page has a console, which can send reports
};

// No I/O. Used by one thread.
class PageModel {
 public:
  // Maximum clusters in a map frame, which shows the whole world: some 10 KB.
  static constexpr size_t kMaxWorldClusters = 500;
  // Maximum clusters, or single clients, in an answer about a part of the map.
  static constexpr size_t kMaxBoxClusters = 600;
  static constexpr size_t kMaxBoxPoints = 400;

  // `table` must outlive this object.
  PageModel(PageFacts facts, const Table& table);

  // Called every second while there are viewers, otherwise less often. `watched`: there are
  // viewers; without viewers only the charts are updated.
  // `seen`: see Seen::Take. `changed`: a record has changed.
  Frames Tick(const Totals& totals, HerdPicture picture, const std::string& seen, bool changed,
              bool watched);

  // Called at the first change within a second. Returns the new map if a scan takes only one turn,
  // so that a quiet herd's changes are shown immediately. Called only while there are viewers.
  Frames Early();

  // Returns all frames but the tick, for a new viewer. Made once a second for any number of
  // viewers.
  Frames Hello();

  // Returns the map for MapAnswer; nullptr until clients have been counted.
  std::shared_ptr<const MapSnapshot> map() const { return scan_.snapshot(); }

 private:
  FrameText HelloText() const;

  const PageFacts facts_;
  History history_;
  MapScan scan_;
  HerdPicture picture_;
  int64_t pictured_ns_ = 0;
  int64_t wall_ns_ = 0;
  FrameText hello_;  // of this second
  FrameText herd_;
  FrameText map_;
};

// Returns the map of the world: `{"type":"map","version":...,"clients":...,
// "clusters":[[latitude,longitude,clients],...]}`.
std::string MapFrame(const MapSnapshot& map);
// Returns the same for a part of the world. If exact positions may be shown and the part has few
// clients, each client is `[latitude,longitude,1,"client"]` instead of a cluster.
std::string MapAnswer(const MapSnapshot& map, const MapBox& box, int level);

// Returns the report of a client, for --page_details: `{"client":...,"at_line":...,"server":...,
// "received_ms":...,"at":[...]}`; empty if the client is unknown.
std::string ClientAnswer(const Table& table, const std::string& client);

}  // namespace proxyherd::page
