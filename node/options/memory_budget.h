// How a node divides its memory, so that no load makes the system kill it.
#pragma once

#include <cstdint>
#include <string>

namespace proxyherd::node {

struct MemoryBudget {
  // For the process itself: code, threads, gRPC, the log, the page, idle connections.
  uint64_t own_bytes = 0;
  // For unread replies of all connections together, and the system's buffers of connections that do
  // not read.
  uint64_t unsent_bytes = 0;
  // Bound on the growth of the table by clients' reports (Table::FootprintBytes). As much again is
  // kept free: two halves of a partitioned herd merge into one table when they heal.
  uint64_t table_bytes = 0;
  // Maximum parts of own_bytes: connections of the text port (GatewayOptions::memory_bytes), gRPC
  // calls, HTTP, all watchers together, and reports that wait for a neighbour (Confirmations). They
  // do not all reach their maximum at the same time, and the memory kept free for a heal backs
  // them.
  uint64_t connection_bytes = 0;
  uint64_t grpc_bytes = 0;
  uint64_t http_bytes = 0;
  uint64_t watch_bytes = 0;
  uint64_t max_ack_waits = 0;
};

// Maximum bytes of OpenStreetMap data, old and new together during a reload: of herd-places, and of
// a node with embedded places.
uint64_t PlacesBytesFor(uint64_t memory_bytes);
uint64_t EmbeddedPlacesBytesFor(uint64_t memory_bytes);

// With less than this the table would be too small to be useful.
inline constexpr uint64_t kMinNodeMemory = uint64_t{192} << 20;

// Bytes of the table per typical client: an id of 17 bytes and a location of 22 (measured: 98).
inline constexpr uint64_t kUsualClientBytes = 100;

// `places_bytes`: for embedded places. If less than kMinNodeMemory is left beside them, table_bytes
// is 0.
MemoryBudget BudgetFor(uint64_t memory_bytes, uint64_t places_bytes = 0);

// For people: "512 MiB", "24.5 GiB".
std::string BytesText(uint64_t bytes);

}  // namespace proxyherd::node
