// One file of OpenStreetMap after it was read, and the progress of reading it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "places/osm/osm_counts.h"
#include "places/osm/osm_store.h"

namespace proxyherd::places {

struct OsmExtract {
  OsmStore store;
  OsmCounts counts;
  // YYYY-MM-DD: the date up to which the data is complete, from the file's header, or else the date
  // of the file's newest object. Empty if unknown.
  std::string data_date;
};

struct OsmProgress {
  std::string file;
  // The file is read three times: so up to three times its size.
  uint64_t bytes_read = 0;
  uint64_t bytes_total = 0;
  uint64_t places = 0;  // found so far
};

// Called about a hundred times per file, at even distances, on the reading thread. If it returns
// false, reading ends at the next object that the present pass needs. A file in the usual order is
// then read up to that point, at worst up to its ways or relations.
using OsmProgressCallback = absl::FunctionRef<bool(const OsmProgress&)>;

}  // namespace proxyherd::places
