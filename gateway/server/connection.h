// A client's socket and its session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "gateway/limits/by_size.h"
#include "gateway/limits/in_flight.h"
#include "gateway/server/connection_host.h"
#include "gateway/session/session.h"
#include "net/descriptor.h"
#include "net/poller.h"
#include "net/socket_address.h"

namespace proxyherd::gateway {

// Bounds on the system's buffers for a connection in each direction: a memory cgroup is charged for
// these buffers, which the system would otherwise let grow to MiBs. The system doubles these
// numbers to allow for its own overhead. Measured: with 32 KiB in either direction, 600 reports in
// one write cost a tenth more CPU than without a bound; 64 KiB cost no more, and larger sizes gain
// nothing.
inline constexpr int kSendBufferBytes = 64 * 1024;
inline constexpr int kReceiveBufferBytes = 64 * 1024;

// The receive buffer of a connection that has not pipelined much lately: a hundred reports. Clients
// can fill it even while the node does not read, so it is small and part of kConnectionBytes; the
// larger buffer is counted in HeldTotal.
inline constexpr int kSmallReceiveBufferBytes = 8 * 1024;

// Moves bytes between socket and session. Reads into the loop's buffer and writes from the
// session's, so that an idle connection owns no buffer. Owned by its loop; called on the loop's
// thread only.
class Connection : public Sized,
                   public net::Poller::Watcher,
                   public LookupStarter,
                   public ConfirmationStarter,
                   public std::enable_shared_from_this<Connection> {
 public:
  // `loop` outlives this object.
  Connection(ConnectionHost& loop, net::Descriptor socket, const net::ClientAddress& address);

  void Start();
  void Tick(int64_t now_ns);
  // Answers everything that has been read, then closes.
  void Stop();
  // Immediately answers what still waits after Stop; see Session::GiveUpWaiting.
  void GiveUpWaiting();
  // Closes the lingering connection if it has nothing left to wait for. Otherwise returns false;
  // the call must then be repeated after a second.
  bool EndLinger(int64_t now_ns, bool stopping);
  // Closes immediately; unsent replies are lost.
  void Close();
  // Releases memory that its buffers have reserved but do not use.
  void ReleaseBuffers();
  // Closes the connection, because all connections together hold too much and this one holds most.
  // REQUIRES: bytes() == 0: its bytes have been subtracted from the total.
  void Evict(bool may_linger);

  // Returns true if all replies have been handed to the system.
  bool Settled() const { return state_ != State::kServing; }
  const net::ClientAddress& address() const { return address_; }

  // Its index among the loop's connections; set by the loop.
  size_t index = 0;
  // Evicted, and kept for a second so that the client can read what the system still holds.
  bool lingers_evicted = false;

 private:
  enum class State : uint8_t {
    kServing,
    kLingering,  // our side is shut; input is read and discarded, so that our last
                 // reply is not lost to a reset
    kClosed,
  };

  void StartLookup(uint64_t ticket, const PlacesQuery& query) override;
  void StartConfirmation(uint64_t ticket, const AwaitedPositions& positions) override;
  // Runs `event` on the session, on the loop's thread, if the loop and connection still exist by
  // then. Called on any thread.
  static void PostEvent(const std::weak_ptr<ConnectionHost>& weak_loop,
                        const std::weak_ptr<Connection>& weak_connection,
                        absl::AnyInvocable<void(Session&)> event);

  void OnReady(uint32_t events) override;
  void WaitFor(uint32_t events);
  void ReadTurn();
  void DiscardTurn();
  size_t ReadSome();
  void Proceed();
  void Flush();
  void BeginLinger();
  void OnEndWhileLingering();
  void QueryInFlight();
  void SizeReceiveBuffer(bool large);
  bool IsUndelivered(int64_t now_ns);
  void Account();

  ConnectionHost& loop_;
  const net::ClientAddress address_;
  net::Descriptor socket_;
  Session session_;
  State state_ = State::kServing;
  bool blocked_ = false;   // the system accepts no more unsent bytes
  bool saw_end_ = false;   // the client has half-closed
  bool heard_ = false;     // input arrived while lingering, since the last EndLinger
  bool given_up_ = false;  // the client does not read: closing drops what the system holds
  uint32_t waits_for_ = net::Poller::kNothing;
  bool reads_much_ = false;  // its receive buffer is the large one
  bool read_much_since_tick_ = false;
  InFlight in_flight_;
  size_t undelivered_ = 0;            // while lingering: the least that was in flight
  int64_t undelivered_since_ns_ = 0;  // since when
};

}  // namespace proxyherd::gateway
