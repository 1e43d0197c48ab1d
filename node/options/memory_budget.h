// What a node may use its memory for, so that no load, whatever it brings, makes the system kill
// it.
#pragma once

#include <cstdint>
#include <string>

namespace proxyherd {

struct MemoryBudget {
  // For the process itself: code, threads, gRPC, the log, the page, idle connections.
  uint64_t own_bytes = 0;
  // For replies that clients have not read, of all connections together, and the system's buffers
  // of connections that do not read.
  uint64_t unsent_bytes = 0;
  // Up to where reports of clients may make the table grow (Table::FootprintBytes). As much again
  // is left free: two halves of a herd that filled apart merge into one table when they heal.
  uint64_t table_bytes = 0;
  // Of own_bytes, what each of these may use at most: connections of the text port, whatever they
  // do (GatewayOptions::memory_bytes), calls of gRPC, HTTP, all watchers together, and reports that
  // wait for a neighbour (Confirmations). Not all of them are at their worst at the same time, and
  // what is left free for a heal is there, too.
  uint64_t connection_bytes = 0;
  uint64_t grpc_bytes = 0;
  uint64_t http_bytes = 0;
  uint64_t watch_bytes = 0;
  uint64_t max_ack_waits = 0;
};

// What herd-places may keep of files of OpenStreetMap, also while a reload replaces them; and what
// a node may that looks places up in its own process.
uint64_t PlacesBytesFor(uint64_t memory_bytes);
uint64_t EmbeddedPlacesBytesFor(uint64_t memory_bytes);

// Less than this leaves no table worth having.
inline constexpr uint64_t kMinNodeMemory = uint64_t{192} << 20;

// What a usual client takes of the table: an id of 17 bytes and a location of 22 (measured: 98).
inline constexpr uint64_t kUsualClientBytes = 100;

// `places_bytes`: for places that are looked up in the same process. With less than kMinNodeMemory
// beside them the table gets nothing.
MemoryBudget BudgetFor(uint64_t memory_bytes, uint64_t places_bytes = 0);

// "512 MiB", "24.5 GiB": for people.
std::string BytesText(uint64_t bytes);

}  // namespace proxyherd
