// Statistics of reading an extract.
#pragma once

#include <cstdint>

namespace proxyherd::places {

// All are counts since the beginning of the file.
struct OsmCounts {
  uint64_t bytes = 0;  // of the file
  // Objects in the file, without deleted ones.
  uint64_t nodes = 0;
  uint64_t ways = 0;
  uint64_t relations = 0;
  // Objects that became places, and how many of these have no name.
  uint64_t places = 0;
  uint64_t unnamed_places = 0;
  // Objects with a type that were skipped because they are not useful as places without a name.
  uint64_t unnamed_skipped = 0;
  // Objects with a name for which Google has no type.
  uint64_t unmapped = 0;
  // Objects with a name that also have a main key (HasMainOsmKey), and how many of these have no
  // type at Google.
  uint64_t main_named = 0;
  uint64_t main_unmapped = 0;
  // Nodes whose position is not on the earth.
  uint64_t nodes_without_location = 0;
  // Ways and relations of which the file has no part: these do not become places.
  uint64_t ways_without_nodes = 0;
  uint64_t relations_without_ways = 0;
  // Ways and relations of which the file lacks a part: placed by the parts that it has.
  uint64_t ways_incomplete = 0;
  uint64_t relations_incomplete = 0;
  // Places with opening hours that were not understood (and are omitted); places with any.
  uint64_t hours_unread = 0;
  uint64_t hours = 0;

  bool operator==(const OsmCounts&) const = default;
};

}  // namespace proxyherd::places
