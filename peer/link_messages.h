// What two neighbours say to each other, free of the wire: see proto/proxyherd/peer/v1/link.proto,
// which documents every field. peer/link_wire.h converts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace proxyherd {

inline constexpr uint32_t kLinkProtocolVersion = 1;

struct Hello {
  std::string herd;
  std::string node;
  uint64_t epoch_ns = 0;
  uint64_t attempt = 0;
  uint32_t protocol_version = kLinkProtocolVersion;
  uint64_t topology_hash = 0;
};

struct BatchOrigin {
  uint32_t index = 0;
  std::string node;
};

struct Batch {
  uint64_t number = 0;
  std::vector<BatchOrigin> origins;
  std::string records;
  bool repair = false;
};

struct Heartbeat {
  uint64_t root_digest = 0;
  uint64_t records = 0;
  int64_t sent_at_ns = 0;
};

struct RepairDone {
  bool serving = false;
};

struct Acknowledgement {
  uint64_t batch_number = 0;
};

// A message that sets none of the known kinds decodes to std::monostate.
using SenderMessage = std::variant<std::monostate, Hello, Batch, Heartbeat, RepairDone>;
using ReceiverMessage = std::variant<std::monostate, Hello, Acknowledgement, Heartbeat>;

}  // namespace proxyherd
