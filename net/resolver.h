// Finds the addresses of a host without blocking the thread that asks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "net/poller.h"
#include "net/socket_address.h"

namespace proxyherd::net {

struct ResolverOptions {
  // Name servers to ask, as "ADDRESS:PORT,..."; empty: those of the system.
  std::string servers;
};

// One question for the addresses of one host, of both families; the system's hosts file is asked
// first. Belongs to the thread that turns the poller; must not be destroyed during a round of
// events.
class HostQuery {
 public:
  // Begins to ask. `on_progress` is called after events, when done() may have become true. The
  // poller must outlive the query.
  HostQuery(Poller& poller, const std::string& host, uint16_t port, const ResolverOptions& options,
            std::function<void()> on_progress);
  // Gives up.
  ~HostQuery();
  HostQuery(const HostQuery&) = delete;
  HostQuery& operator=(const HostQuery&) = delete;

  bool done() const;
  // The addresses, at least one; NOT_FOUND if the host has none, UNAVAILABLE if no name server has
  // answered. REQUIRES: done().
  const absl::StatusOr<std::vector<SocketAddress>>& addresses() const;

  // Asks again what was not answered. Must be called once `WaitNs` have passed without an event.
  void Tick();
  // The longest time to wait for an event of the poller, in ns. REQUIRES: !done().
  int64_t WaitNs() const;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::net
