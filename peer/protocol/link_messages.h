// The messages of a link, independent of protobuf. proto/proxyherd/peer/v1/link.proto documents
// every field; peer/wire/link_wire.h converts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/hash_range.h"
#include "core/table_digest.h"
#include "peer/protocol/member.h"

namespace proxyherd::peer {

inline constexpr uint32_t kLinkProtocolVersion = 4;

struct Hello {
  std::string herd;
  std::string node;
  uint64_t epoch_ns = 0;
  uint64_t attempt = 0;
  uint32_t protocol_version = kLinkProtocolVersion;
  uint64_t topology_hash = 0;
  uint64_t knows_epoch_ns = 0;
  int64_t expire_after_ns = 0;
  bool late_acknowledgements = false;
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
  bool acknowledge_now = false;
};

// A question sets only the number. An answer may lack `digest`, `clock_ns` and `merged_batch`.
struct Heartbeat {
  uint64_t number = 0;
  std::optional<TableDigest> digest;
  uint64_t records = 0;
  int64_t clock_ns = 0;
  bool serving = false;
  uint64_t merged_batch = 0;
};

// A question about a range. `values`: with `by_record` the hashes of the asker's records in the
// range, otherwise the sums of the parts of the range in the asker's table.
struct RepairRange {
  HashRange range;
  bool by_record = false;
  std::vector<uint64_t> values;
};

struct RepairRequest {
  int64_t tick = 0;
  uint64_t max_bytes = 0;
  std::vector<RepairRange> ranges;
};

struct RangeVerdict {
  std::vector<uint32_t> differing;
  std::vector<uint32_t> records;
  bool more = false;
};

struct RepairReply {
  bool knows_tick = true;
  std::vector<RangeVerdict> verdicts;
  std::vector<BatchOrigin> origins;
  std::string records;
  uint64_t merged_batch = 0;
};

struct RepairDone {
  bool serving = false;
  bool verified = false;
  uint64_t differing = 0;
  uint64_t divergent = 0;
  uint64_t covers_attempt = 0;
};

struct Acknowledgement {
  uint64_t batch_number = 0;
};

// std::monostate: a received message that has none of the known kinds.
using SenderMessage = std::variant<std::monostate, Hello, Batch, Heartbeat, RepairRequest,
                                   RepairDone, MembershipUpdate>;
using ReceiverMessage =
    std::variant<std::monostate, Hello, Acknowledgement, Heartbeat, RepairReply>;

}  // namespace proxyherd::peer
