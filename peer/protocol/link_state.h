// How the outgoing stream of a link stands, and what it has sent.
#pragma once

#include <cstdint>

#include "peer/protocol/link_limits.h"

namespace proxyherd {

enum class LinkState {
  kDown,         // no stream; waiting to dial
  kConnecting,   // dialling; the hello is being written
  kHandshaking,  // the hello is out, the answer is awaited
  kUp,           // past the handshake
};
const char* ToString(LinkState state);

struct SenderCounters {
  uint64_t attempts = 0;
  uint64_t times_up = 0;
  uint64_t batches = 0;
  uint64_t records = 0;  // those of repair included
  uint64_t repair_records = 0;
  uint64_t repair_questions = 0;
  uint64_t record_bytes = 0;
  LinkLimitHits limits;  // of what the neighbour answers
};

}  // namespace proxyherd
