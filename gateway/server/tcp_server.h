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

namespace proxyherd::gateway {

struct GatewayOptions {
  // The numeric address to listen on, IPv4 or IPv6. The default is reachable from this machine
  // only: the protocol has no authentication.
  std::string address = "127.0.0.1";

  // 0: chosen by the system; see TcpServer::port.
  uint16_t port = 0;

  // Event loops, each with a thread. 0: one for each core, since loops never block.
  int loops = 0;

  // The maximum number of open connections. 0: the process's limit on open files minus
  // kReservedDescriptors, but no more than memory_bytes allows. At the limit accept() is paused;
  // new connections wait in the listen backlog.
  int max_connections = 0;

  // Memory for connections, from which their number is derived: kConnectionBytes for each. Does not
  // include max_unsent_total_bytes. 0: unknown, so that only descriptors limit their number.
  uint64_t memory_bytes = 0;

  // Memory that all connections together may hold in addition to kConnectionBytes each: replies
  // that clients have not read, replies that wait for places or neighbours, lines that wait to be
  // handled, and the system's buffers for them. Above it the largest connections are closed. At
  // least the session's max_unsent_bytes.
  size_t max_unsent_total_bytes = size_t{64} << 20;

  // The maximum number of open connections from one address; further ones are closed immediately.
  // 0: no limit, since all clients behind a carrier's NAT share one address.
  int max_connections_per_address = 0;

  // Lines of traffic that are logged in each second; 0: none.
  int64_t log_lines_per_second = 200;

  // Time for handshakes in progress to complete before the port closes, which would reset them: a
  // round trip to a phone.
  int64_t handshake_grace_ns = 200 * kMillisecond;

  // The maximum time for closing the connections after that, so that clients can read. Lookups in
  // progress are awaited until 1.5 s before its end.
  int64_t stop_timeout_ns = 5 * kSecond;

  SessionLimits session;
};

// The result of TcpServer::Stop.
struct GatewayStop {
  uint64_t connections = 0;  // open when Stop was called
  // Closed forcibly: the client did not take its replies in time. The others were closed in order.
  uint64_t cut_off = 0;
};

// Listen, Serve, Reconfigure, StopAccepting and Stop must not run concurrently, nor on the server's
// own threads; the rest is thread-safe.
class TcpServer {
 public:
  TcpServer(GatewayOptions options, Backend backend);
  ~TcpServer();  // stops
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  // Opens the port; connections wait in the listen backlog until Serve. INVALID_ARGUMENT if an
  // option is out of range. FAILED_PRECONDITION if the port is not available; the message says why,
  // and how to find its owner. REQUIRES: called once.
  absl::Status Listen();
  // REQUIRES: Listen succeeded; called once.
  void Serve();
  // Listen, then Serve.
  absl::Status Start();

  // Applies the options that may change at runtime: max_connections, log_lines_per_second, and the
  // session's limits that SessionLimits names; the rest stays as it was. REQUIRES: Listen
  // succeeded, and these options are also valid.
  void Reconfigure(const GatewayOptions& options);

  // Accepts no more connections; open ones are still served. Takes handshake_grace_ns.
  void StopAccepting();

  // Answers everything that has been read, closes the connections, and ends the threads, all within
  // handshake_grace_ns and stop_timeout_ns. A client receives all replies to the commands that were
  // taken, in order, and then the end of the stream. It is reset only if it does not read or never
  // stops sending. Commands that were not taken are not answered. A stopped server cannot be
  // started again; only the first call returns the result. Before Serve, only closes the port,
  // which resets connections in the backlog.
  GatewayStop Stop();

  // The port that the server listens on. REQUIRES: Listen succeeded.
  uint16_t port() const;

  // The number of open connections.
  int64_t OpenConnections() const;
  // The maximum number of open connections; see GatewayOptions::max_connections. 0 before Listen.
  int64_t MaxConnections() const;
  // The memory that open connections hold, of GatewayOptions::max_unsent_total_bytes.
  uint64_t UnsentBytes() const;
  uint64_t MaxUnsentBytes() const;
  // Connections accepted since the start.
  uint64_t AcceptedConnections() const;
  // Reports taken from clients since the start, stale ones included.
  uint64_t Reports() const;
  // One set for each loop, from Listen on; valid as long as the server.
  std::vector<const GatewayCounters*> Counters() const;

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::gateway
