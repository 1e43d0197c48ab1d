// The counters of the gateway. One set for each loop, so that counting costs neither a lock nor a
// shared cache line.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/counters.h"
#include "gateway/protocol/command.h"

namespace proxyherd::gateway {

enum class RequestResult : uint8_t {
  kOk,
  kStale,          // an IAMAT older than the known record: answered as usual
  kInvalid,        // answered with `? `
  kUnknownClient,  // likewise
  kRefused,        // a new client or longer record beyond the table's limits: likewise
  kPlacesError,    // answered with the AT line and an error instead of places
  kUnconfirmed,    // an IAMAT that no neighbour acknowledged in time: answered with `? `
};
inline constexpr int kRequestResults = 7;

// Every limit that a client can reach.
enum class GatewayLimit : uint8_t {
  kLineBytes,
  kUnsentBytes,     // paused
  kPendingLookups,  // paused
  kLookupTimeout,
  kFirstLineTimeout,
  kIdleTimeout,
  kWriteStallTimeout,
  kClients,
  kTableBytes,
  kConnections,  // accept() paused
  kConnectionsPerAddress,
  kAckTimeout,        // reports of one read refused: not acknowledged in time
  kAckWaits,          // reports of one read refused: too many waits are open
  kUnsentTotalBytes,  // closed as the largest of all connections
};
inline constexpr int kGatewayLimits = 14;

// Values of metric labels.
std::string_view NameOf(Verb verb);
std::string_view NameOf(RequestResult result);
std::string_view NameOf(GatewayLimit limit);

struct alignas(64) GatewayCounters {
  Counter& Requests(Verb verb, RequestResult result) {
    return requests[static_cast<size_t>(verb)][static_cast<size_t>(result)];
  }
  Counter& Limit(GatewayLimit limit) { return limits[static_cast<size_t>(limit)]; }
  LatencyHistogram& Handling(Verb verb) { return handling[static_cast<size_t>(verb)]; }

  std::array<std::array<Counter, kRequestResults>, kVerbs> requests;
  std::array<LatencyHistogram, kVerbs> handling;
  std::array<Counter, kGatewayLimits> limits;
  Counter bytes_in;
  Counter bytes_out;
  Counter log_lines_left_out;
};

}  // namespace proxyherd::gateway
