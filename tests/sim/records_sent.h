// Records that a node has sent on all of its links.
#pragma once

#include <cstdint>

#include "peer/link/link_set.h"

namespace proxyherd {

inline uint64_t RecordsSent(const peer::LinkSet& links) {
  uint64_t records = 0;
  for (const peer::LinkView& link : links.View().links) records += link.sent.records;
  return records;
}

}  // namespace proxyherd
