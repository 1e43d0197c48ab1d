// The page of a node without its sockets and threads: what happens goes in once a second, frames
// come out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/table.h"
#include "page/frames.h"
#include "page/herd_picture.h"
#include "page/history.h"
#include "page/map_scan.h"

namespace proxyherd {

// What does not change while the node runs.
struct PageFacts {
  std::string herd;
  std::string node;
  std::string version;
  bool details = false;  // exact positions and ids may be shown
  bool console = false;  // reports may be made by the page
};

// Of one thread.
class PageModel {
 public:
  // Clusters of the whole world in a map frame, some 10 KB.
  static constexpr size_t kMaxWorldClusters = 500;
  // Clusters, or clients, of the part of the map that one page looks at.
  static constexpr size_t kMaxBoxClusters = 600;
  static constexpr size_t kMaxBoxPoints = 400;

  // `table` outlives it.
  PageModel(PageFacts facts, const Table& table);

  // A second has passed. `watched`: somebody looks; otherwise only the charts go on. `seen`: see
  // Seen::Take; `changed`: whether any record has.
  Frames Tick(const Totals& totals, HerdPicture picture, const std::string& seen, bool changed,
              bool watched);

  // Something has changed, the first time in this second: where clients are now, if that is told
  // in one turn. So what happens on a quiet herd is seen at once. REQUIRES: somebody looks.
  Frames Early();

  // Everything, for one who has just come. Made once a second at most, however many come.
  Frames Hello();

  // For MapAnswer; nullptr: nothing has been counted yet.
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
// the world. With `points`, `[latitude,longitude,1,"client"]` where a single client may be known.
std::string MapFrame(const MapSnapshot& map);
// The same for a part.
std::string MapAnswer(const MapSnapshot& map, const MapBox& box, int level);

// What is known of a client, for --page_details: `{"client":...,"at_line":...,"server":...,
// "received_ms":...,"at":[...]}`. Empty when it is not known.
std::string ClientAnswer(const Table& table, const std::string& client);

}  // namespace proxyherd
