// Divides a node's memory, so that no load makes the system kill the process.
#pragma once

#include <cstdint>
#include <string>

namespace proxyherd::node {

struct MemoryBudget {
  // For the process itself: code, threads, gRPC, the log, the page, idle connections.
  uint64_t own_bytes = 0;
  // For the unread replies of all connections, and the system's buffers for connections that do not
  // read.
  uint64_t unsent_bytes = 0;
  // Bound on the growth of the table by clients' reports (Table::FootprintBytes). The same amount
  // is kept free, because the tables of two halves of a partitioned herd merge when the herd heals.
  uint64_t table_bytes = 0;
  // Maximum parts of own_bytes: for connections of the text port (GatewayOptions::memory_bytes),
  // gRPC calls, HTTP, all watchers, and reports that wait for a neighbour (Confirmations). They do
  // not all reach their maximum at the same time, and the memory kept free for healing is a reserve
  // for them.
  uint64_t connection_bytes = 0;
  uint64_t grpc_bytes = 0;
  uint64_t http_bytes = 0;
  uint64_t watch_bytes = 0;
  uint64_t max_ack_waits = 0;
};

// Maximum bytes of OpenStreetMap data, including both old and new data during a reload: of
// herd-places, and of a node with embedded places.
uint64_t PlacesBytesFor(uint64_t memory_bytes);
uint64_t EmbeddedPlacesBytesFor(uint64_t memory_bytes);

// Minimum memory of a node; with less the table would be too small.
inline constexpr uint64_t kMinNodeMemory = uint64_t{192} << 20;

// Bytes of the table per typical client: an id of 17 bytes and a location of 22 (measured: 98).
inline constexpr uint64_t kUsualClientBytes = 100;

// `places_bytes`: bytes for embedded places. table_bytes is 0 if less than kMinNodeMemory is left
// beside them.
MemoryBudget BudgetFor(uint64_t memory_bytes, uint64_t places_bytes = 0);

// Returns a text for people, e.g. "512 MiB" or "24.5 GiB".
std::string BytesText(uint64_t bytes);

}  // namespace proxyherd::node
