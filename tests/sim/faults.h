// The faults of a run, drawn before it begins: a schedule of small steps.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/sim/random.h"
#include "tests/sim/topology.h"

namespace proxyherd::sim {

enum class FaultKind : uint8_t {
  // Faults of one direction of a link; `target` is 2 * link, + 1 for the way from its second node.
  kCut,     // loses everything silently, messages in flight included
  kMend,    // ends kCut
  kClog,    // stops everything, and loses nothing
  kUnclog,  // ends kClog
  kSpeed,   // `value` bytes a second; 0: as planned
  kDelay,   // `value` ns more; 0: as planned
  kBreak,   // ends the streams dialled this way; `value` is a BreakMode
  kStall,   // stops the streams dialled this way for `value` ns; newer ones pass
  // Of the node `target`.
  kCrash,      // with all it knows; `value` 1: silently, as a machine that loses its power
  kStart,      // with empty memory
  kSlow,       // each event of its links takes `value` ns; 0: none
  kFreeze,     // stops for `value` ns
  kStepClock,  // its wall clock goes `value` ns forward
};

enum BreakMode : int64_t {
  kBothAreTold,
  kDiallerIsTold,
  kListenerIsTold,
  kNobodyIsTold,
  kBreakModes
};

struct FaultStep {
  int64_t at_ns;
  FaultKind kind;
  uint32_t target;
  int64_t value = 0;
};

// Draws `faults` faults, each with its end, between the two times; ordered by time.
std::vector<FaultStep> DrawFaults(const Topology& topology, int64_t from_ns, int64_t until_ns,
                                  uint32_t faults, Random& random);

}  // namespace proxyherd::sim
