// One file of OpenStreetMap, read; and how far its reading is.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "places/osm/osm_counts.h"
#include "places/osm/osm_store.h"

namespace proxyherd {

struct OsmExtract {
  OsmStore store;
  OsmCounts counts;
  // YYYY-MM-DD: up to when its data is complete, as its header says; otherwise of its newest
  // object. Empty when nothing says.
  std::string data_date;
};

struct OsmProgress {
  std::string file;
  // Of the file, once for each of the three times that it is read.
  uint64_t bytes_read = 0;
  uint64_t bytes_total = 0;
  uint64_t places = 0;  // found so far
};

// Called about a hundred times for a file, evenly over it, on the thread that reads. `false` ends
// the reading when the next object comes that its pass looks for: a file in the usual order is
// crossed for that, at worst as far as its ways or relations.
using OsmProgressCallback = absl::FunctionRef<bool(const OsmProgress&)>;

}  // namespace proxyherd
