#include "node/options/memory_budget.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "core/confirmations.h"

namespace proxyherd::node {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kGiB = uint64_t{1} << 30;

// A quarter of the memory; at least what an empty node needs, with some room.
constexpr uint64_t kOwnPart = 4;
constexpr uint64_t kMinOwnBytes = 128 * kMiB;

constexpr uint64_t kUnsentPart = 8;

constexpr uint64_t kConnectionsPart = 8;
constexpr uint64_t kHttpPart = 8;

// For a node with embedded OpenStreetMap files.
constexpr uint64_t kPlacesPart = 4;

// For calls of clients and batches of neighbours, at most 1 MiB each.
constexpr uint64_t kGrpcPart = 16;
constexpr uint64_t kMaxGrpcBytes = 256 * kMiB;

constexpr uint64_t kWatchPart = 32;
constexpr uint64_t kMaxWatchBytes = 1024 * kMiB;

constexpr uint64_t kAckWaitsPart = 32;
constexpr uint64_t kAckWaitBytes = 400;

}  // namespace

MemoryBudget BudgetFor(uint64_t memory_bytes, uint64_t places_bytes) {
  MemoryBudget budget;
  budget.own_bytes = std::max(memory_bytes / kOwnPart, kMinOwnBytes);
  budget.unsent_bytes = memory_bytes / kUnsentPart;
  budget.grpc_bytes = std::min(memory_bytes / kGrpcPart, kMaxGrpcBytes);
  budget.watch_bytes = std::min(memory_bytes / kWatchPart, kMaxWatchBytes);
  budget.max_ack_waits =
      std::min<uint64_t>(memory_bytes / kAckWaitsPart / kAckWaitBytes, Confirmations::kMaxWaiting);
  budget.connection_bytes = memory_bytes / kConnectionsPart;
  budget.http_bytes = memory_bytes / kHttpPart;
  if (memory_bytes >= kMinNodeMemory + places_bytes) {
    const uint64_t used = budget.own_bytes + budget.unsent_bytes + places_bytes;
    budget.table_bytes = (memory_bytes - used) / 2;
  }
  return budget;
}

uint64_t PlacesBytesFor(uint64_t memory_bytes) {
  const uint64_t own_bytes = std::max(memory_bytes / kOwnPart, kMinOwnBytes);
  return memory_bytes - std::min(memory_bytes, own_bytes);
}

uint64_t EmbeddedPlacesBytesFor(uint64_t memory_bytes) { return memory_bytes / kPlacesPart; }

std::string BytesText(uint64_t bytes) {
  const bool large = bytes >= 10 * kGiB;
  const double unit = static_cast<double>(large ? kGiB : kMiB);
  return absl::StrFormat("%.*f %s", large ? 1 : 0, static_cast<double>(bytes) / unit,
                         large ? "GiB" : "MiB");
}

}  // namespace proxyherd::node
