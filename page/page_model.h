// The page of a node without sockets and threads: takes the node's state once a second and produces
// frames.
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

// What is constant while the node runs.
struct PageFacts {
  std::string herd;
  std::string node;
  std::string version;
  bool details = false;  // exact positions and ids may be shown
  bool console = false;  // reports may be made by the page
};

// Pure. Used by one thread.
class PageModel {
 public:
  // Clusters of the whole world in a map frame, some 10 KB.
  static constexpr size_t kMaxWorldClusters = 500;
  // Clusters, or clients, of the part of the map that one page shows.
  static constexpr size_t kMaxBoxClusters = 600;
  static constexpr size_t kMaxBoxPoints = 400;

  // `table` must outlive it.
  PageModel(PageFacts facts, const Table& table);

  // Called every second. `watched`: there are viewers; without viewers only the charts are updated.
  // `seen`: see Seen::Take. `changed`: some record has changed.
  Frames Tick(const Totals& totals, HerdPicture picture, const std::string& seen, bool changed,
              bool watched);

  // Called at the first change within a second: returns the new map if a scan of the table takes
  // one turn, so that changes on a quiet herd are shown immediately. Must be called only while
  // there are viewers.
  Frames Early();

  // All frames, for a new viewer. Made at most once a second, for any number of viewers.
  Frames Hello();

  // For MapAnswer; nullptr until clients have been counted.
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

// `{"type":"map","version":...,"clients":...,"clusters":[[latitude,longitude,clients],...]}`, of
// the world. If exact positions may be shown, a single client is `[latitude,longitude,1,"client"]`.
std::string MapFrame(const MapSnapshot& map);
// The same for a part of the world.
std::string MapAnswer(const MapSnapshot& map, const MapBox& box, int level);

// The report of a client, for --page_details: `{"client":...,"at_line":...,"server":...,
// "received_ms":...,"at":[...]}`. Empty if the client is unknown.
std::string ClientAnswer(const Table& table, const std::string& client);

}  // namespace proxyherd::page
