// The state of a link's outgoing stream, and counters of what was sent on it.
#pragma once

#include <cstdint>

#include "peer/protocol/link_limits.h"

namespace proxyherd::peer {

enum class LinkState {
  kDown,         // no stream; waiting to dial
  kConnecting,   // dialling; the hello is being written
  kHandshaking,  // the hello is sent, the answer is pending
  kUp,           // past the handshake
};
const char* ToString(LinkState state);

struct SenderCounters {
  uint64_t attempts = 0;
  uint64_t times_up = 0;
  uint64_t batches = 0;
  uint64_t records = 0;  // including those of repair
  uint64_t repair_records = 0;
  uint64_t repair_questions = 0;
  uint64_t record_bytes = 0;
  LinkLimitHits limits;  // limits that the neighbour's answers hit
};

}  // namespace proxyherd::peer
