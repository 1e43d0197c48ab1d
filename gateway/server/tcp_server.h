// The TCP server of the text protocol: sessions on sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/limits/connection_limit.h"
#include "gateway/limits/session_limits.h"
#include "gateway/session/backend.h"
#include "gateway/session/counters.h"

namespace proxyherd {

struct GatewayOptions {
  // The numeric address to listen on, IPv4 or IPv6. The default is reachable from this machine
  // only: the protocol knows no secrets.
  std::string address = "127.0.0.1";

  // 0: the system chooses one; see TcpServer::port.
  uint16_t port = 0;

  // Event loops, each a thread. 0: one for each core, since a loop that is busy never waits.
  int loops = 0;

  // Open connections in all. 0: as many as the process may open files, less kReservedDescriptors,
  // and as memory_bytes allows. At the limit accepting pauses; new connections wait in the system's
  // backlog.
  int max_connections = 0;

  // Memory for connections, from which their number is derived: kConnectionBytes for each. Does not
  // include max_unsent_total_bytes. 0: not known, only descriptors count.
  uint64_t memory_bytes = 0;

  // Memory that connections may hold together beyond kConnectionBytes each: replies that clients
  // have not read, replies that wait for places or neighbours, lines that wait to be handled, and
  // the system's buffers for them. Above it the largest connections are closed. At least the
  // session's max_unsent_bytes.
  size_t max_unsent_total_bytes = size_t{64} << 20;

  // Open connections of one address; one more is closed at once. 0: no limit, since the NAT of a
  // carrier looks like one address.
  int max_connections_per_address = 0;

  // Lines of traffic that are logged of each second; 0: none.
  int64_t log_lines_per_second = 200;

  // Before the port closes, handshakes under way are given this long: a round trip to a phone. They
  // would be reset else.
  int64_t handshake_grace_ns = 200 * kMillisecond;

  // How long closing the connections may take after that: time for lookups under way to be answered
  // (all but its last 1.5 s) and for clients to read.
  int64_t stop_timeout_ns = 5 * kSecond;

  SessionLimits session;
};

// How a stop went.
struct GatewayStop {
  uint64_t connections = 0;  // that were open when it began
  // Ended by force: the client did not take its replies in time. The others were closed in order.
  uint64_t cut_off = 0;
};

// Listen, Serve, Reconfigure, StopAccepting and Stop are called one after the other, by none of the
// server's own threads; the rest is thread-safe.
class TcpServer {
 public:
  TcpServer(GatewayOptions options, Backend backend);
  ~TcpServer();  // stops
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  // Takes the port; who connects waits in the system's backlog until Serve. INVALID_ARGUMENT: an
  // option out of its range. FAILED_PRECONDITION: the port cannot be had; the message says why and
  // whom to ask. REQUIRES: called once.
  absl::Status Listen();
  // REQUIRES: Listen succeeded; called once.
  void Serve();
  // Both.
  absl::Status Start();

  // Takes over what may change while it runs: max_connections, log_lines_per_second, and of the
  // session what SessionLimits says; the rest stays as it was. REQUIRES: Listen succeeded, and
  // would with these options.
  void Reconfigure(const GatewayOptions& options);

  // No new connections; the open ones are served on. Takes handshake_grace_ns.
  void StopAccepting();

  // Answers what has been read, closes, and ends the threads, all within handshake_grace_ns and
  // stop_timeout_ns. A client sees all replies to what was taken, in order, and then the end of the
  // stream, never a reset, unless it does not read or never stops sending. What was not taken is
  // not answered. A stopped server cannot be started again; only the first call tells how it went.
  // Before Serve it gives the port back: connections in the backlog are refused.
  GatewayStop Stop();

  // The port listened on. REQUIRES: Listen succeeded.
  uint16_t port() const;

  // Open connections at this moment.
  int64_t OpenConnections() const;
  // How many there may be; see GatewayOptions::max_connections. 0 before Listen.
  int64_t MaxConnections() const;
  // What open connections hold now, of GatewayOptions::max_unsent_total_bytes.
  uint64_t UnsentBytes() const;
  uint64_t MaxUnsentBytes() const;
  // Connections accepted since the start.
  uint64_t AcceptedConnections() const;
  // Reports taken from clients since the start, stale ones included.
  uint64_t Reports() const;
  // One set for each loop; as many as loops from Listen on, valid as long as the server.
  std::vector<const GatewayCounters*> Counters() const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
