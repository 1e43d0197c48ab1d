// What was met while an extract was read.
#pragma once

#include <cstdint>

namespace proxyherd {

// All of them numbers, since the beginning of the file.
struct OsmCounts {
  uint64_t bytes = 0;  // of the file
  // Objects of the file, deleted ones not counted.
  uint64_t nodes = 0;
  uint64_t ways = 0;
  uint64_t relations = 0;
  // Those of them that became places, and how many of these have no name.
  uint64_t places = 0;
  uint64_t unnamed_places = 0;
  // No places, though they have a type: nobody looks for them without a name.
  uint64_t unnamed_skipped = 0;
  // Objects with a name, but nothing that Google has a type for.
  uint64_t unmapped = 0;
  // Of the objects with a name those that say what they are by a main key (HasMainOsmKey), and how
  // many of these Google has no type for.
  uint64_t main_named = 0;
  uint64_t main_unmapped = 0;
  // Nodes whose position is not on the earth.
  uint64_t nodes_without_location = 0;
  // Nothing of it is in the file: no places.
  uint64_t ways_without_nodes = 0;
  uint64_t relations_without_ways = 0;
  // A part of it is not in the file: places by what is there.
  uint64_t ways_incomplete = 0;
  uint64_t relations_incomplete = 0;
  // Places whose opening hours were not understood, and are left out; of all that have some.
  uint64_t hours_unread = 0;
  uint64_t hours = 0;

  bool operator==(const OsmCounts&) const = default;
};

}  // namespace proxyherd
