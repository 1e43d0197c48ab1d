#include "gateway/server/connection.h"

#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

namespace proxyherd::gateway {
namespace {

// The maximum number of reads in one turn, so that a client that never stops sending does not
// starve the others.
constexpr int kReadsPerTurn = 4;

// A read of at least this size shows that the small receive buffer is too small.
constexpr size_t kMuchReadBytes = kSmallReceiveBufferBytes / 2;

// The most memory that the system charges for the large receive buffer.
constexpr size_t kReceiveChargeBytes = size_t{2} * kReceiveBufferBytes;

bool IsWouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

Connection::Connection(ConnectionHost& loop, net::Descriptor socket,
                       const net::ClientAddress& address)
    : loop_(loop),
      address_(address),
      socket_(std::move(socket)),
      session_(loop.context(), *this, loop.context().backend.env.MonotonicNs(),
               loop.context().backend.confirmations == nullptr ? nullptr : this) {}

void Connection::Start() {
  // Replies leave in whole batches; delaying a short one gains nothing.
  const int on = 1;
  setsockopt(socket_.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  waits_for_ = net::Poller::kReadable;
  if (!loop_.poller().Watch(socket_.fd(), waits_for_, *this)) Close();
}

void Connection::Tick(int64_t now_ns) {
  if (state_ != State::kServing) return;
  // No event reports the delivery of bytes in flight, so it must be queried.
  if (in_flight_.Counted() != 0) QueryInFlight();
  if (!std::exchange(read_much_since_tick_, false)) SizeReceiveBuffer(false);
  session_.Tick(now_ns);
  Proceed();
}

void Connection::Stop() {
  if (state_ != State::kServing) return;
  session_.StopInput();
  Proceed();
}

void Connection::GiveUpWaiting() {
  if (state_ != State::kServing) return;
  session_.GiveUpWaiting();
  Proceed();
}

bool Connection::EndLinger(int64_t now_ns, bool stopping) {
  // If bytes were left unread at the close, the system would reset the connection.
  if (state_ == State::kLingering && !saw_end_) DiscardTurn();
  if (state_ == State::kClosed) return true;
  const bool heard = std::exchange(heard_, false);
  // While stopping, stay open for a client that is still sending, which a close would reset; the
  // deadline of stopping bounds this. Otherwise stay open for undelivered bytes: after a close they
  // would be memory of this process that no limit includes.
  if (stopping ? heard : !given_up_ && IsUndelivered(now_ns)) return false;
  Close();
  return true;
}

bool Connection::IsUndelivered(int64_t now_ns) {
  if (!in_flight_.MayBeMuch()) return false;
  QueryInFlight();
  Account();
  const size_t left = in_flight_.Counted();
  if (left == 0) return false;
  if (undelivered_ == 0 || left < undelivered_) {
    undelivered_ = left;
    undelivered_since_ns_ = now_ns;
  }
  if (now_ns - undelivered_since_ns_ < loop_.context().limits.write_stall_timeout_ns) return true;
  loop_.MutableCounters().Limit(GatewayLimit::kWriteStallTimeout).Add();
  given_up_ = true;
  return false;
}

void Connection::ReleaseBuffers() {
  session_.ReleaseBuffers();
  SizeReceiveBuffer(false);
  if (in_flight_.Counted() != 0) QueryInFlight();
  Account();
}

void Connection::Evict(bool may_linger) {
  assert(bytes() == 0);
  given_up_ = true;
  session_.Evict();
  if (state_ != State::kServing || !may_linger) return Close();
  BeginLinger();
  if (state_ == State::kLingering) loop_.CountEvicted(*this);
}

void Connection::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  if (given_up_) {
    // Discards bytes that the system would otherwise try to deliver for minutes.
    const linger discard = {.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_.fd(), SOL_SOCKET, SO_LINGER, &discard, sizeof(discard));
  }
  socket_.Reset();
  loop_.TakeUnseen(in_flight_.Unseen());
  loop_.Remove(*this);
}

// An answer may come on any thread, even after this connection, its loop or the server is
// destroyed.
void Connection::PostEvent(const std::weak_ptr<ConnectionHost>& weak_loop,
                           const std::weak_ptr<Connection>& weak_connection,
                           absl::AnyInvocable<void(Session&)> event) {
  const std::shared_ptr<ConnectionHost> loop = weak_loop.lock();
  if (loop == nullptr) return;
  loop->Post([weak_connection, event = std::move(event)]() mutable {
    const std::shared_ptr<Connection> self = weak_connection.lock();
    if (self == nullptr || self->state_ != State::kServing) return;
    event(self->session_);
    self->Proceed();
    // Very many answers may arrive in one turn of the loop.
    self->loop_.KeepWithinBound();
  });
}

void Connection::StartLookup(uint64_t ticket, const PlacesQuery& query) {
  loop_.context().backend.places(
      query, [weak_loop = std::weak_ptr<ConnectionHost>(loop_.shared_from_this()),
              held = loop_.held(), weak_this = weak_from_this(), ticket](PlacesAnswer answer) {
        const auto* const json = std::get_if<std::string>(&answer);
        ComingBytes coming(held, json == nullptr ? 0 : HeapBytes(*json));
        PostEvent(weak_loop, weak_this,
                  [ticket, answer = std::move(answer), coming = std::move(coming)](
                      Session& session) { session.LookupDone(ticket, answer); });
      });
}

void Connection::StartConfirmation(uint64_t ticket, const AwaitedPositions& positions) {
  const Backend& backend = loop_.context().backend;
  backend.confirmations->Wait(positions, backend.env.MonotonicNs(),
                              [weak_loop = std::weak_ptr<ConnectionHost>(loop_.shared_from_this()),
                               weak_this = weak_from_this(), ticket](Confirmation confirmation) {
                                PostEvent(weak_loop, weak_this,
                                          [ticket, confirmation](Session& session) {
                                            session.ConfirmationDone(ticket, confirmation);
                                          });
                              });
}

// Calls the system only if the events change.
void Connection::WaitFor(uint32_t events) {
  if (events == waits_for_) return;
  waits_for_ = events;
  if (!loop_.poller().Change(socket_.fd(), events, *this)) Close();
}

void Connection::OnReady(uint32_t events) {
  switch (state_) {
    case State::kServing:
      break;
    case State::kLingering:
      return DiscardTurn();
    case State::kClosed:
      return;
  }
  if ((events & EPOLLOUT) != 0) blocked_ = false;
  const bool gone = (events & (EPOLLERR | EPOLLHUP)) != 0;
  if (gone && !session_.WantsInput()) return Close();
  // Input that arrived before an error is read first; the next read returns the error.
  if (gone || (events & EPOLLIN) != 0) return ReadTurn();
  Proceed();
}

// Reads into the loop's buffer. Returns 0 if no bytes are available, at the end (sets saw_end_), or
// after an error (closes).
size_t Connection::ReadSome() {
  std::vector<char>& buffer = loop_.ReadBuffer();
  const ssize_t size = recv(socket_.fd(), buffer.data(), buffer.size(), 0);
  if (size > 0) return static_cast<size_t>(size);
  if (size == 0) {
    saw_end_ = true;
  } else if (!IsWouldBlock(errno)) {
    Close();
  }
  return 0;
}

void Connection::ReadTurn() {
  for (int i = 0; i < kReadsPerTurn && session_.WantsInput() && !loop_.HoldsTooMuch(); ++i) {
    const size_t size = ReadSome();
    if (state_ != State::kServing) return;
    if (saw_end_) session_.EndInput();
    if (size == 0) break;
    if (size >= kMuchReadBytes) SizeReceiveBuffer(true);
    session_.Receive({loop_.ReadBuffer().data(), size});
    Flush();
    if (state_ != State::kServing) return;
    if (size < loop_.ReadBuffer().size()) break;
  }
  Proceed();
}

void Connection::DiscardTurn() {
  for (int i = 0; i < kReadsPerTurn; ++i) {
    const size_t size = ReadSome();
    if (state_ == State::kClosed) return;
    if (saw_end_) return OnEndWhileLingering();
    if (size == 0) return;
    heard_ = true;
  }
}

void Connection::OnEndWhileLingering() {
  if (given_up_ || !IsUndelivered(loop_.context().backend.env.MonotonicNs())) return Close();
  // EndLinger checks every second; epoll would report the end of both directions continuously.
  loop_.poller().Forget(socket_.fd());
}

// Called after every event while the connection serves: sends as much as possible, then tells the
// poller which events to wait for, or begins to linger if the session has finished.
void Connection::Proceed() {
  Flush();
  if (state_ != State::kServing) return;
  if (session_.Finished()) return BeginLinger();
  const uint32_t reading = session_.WantsInput() ? net::Poller::kReadable : net::Poller::kNothing;
  WaitFor(reading | (blocked_ ? net::Poller::kWritable : net::Poller::kNothing));
  if (state_ == State::kServing) Account();
}

void Connection::Flush() {
  while (!blocked_ && !session_.Unsent().empty()) {
    const std::string_view unsent = session_.Unsent();
    const ssize_t sent = send(socket_.fd(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      session_.Sent(static_cast<size_t>(sent));
      loop_.AddUnseen(in_flight_.Sent(static_cast<size_t>(sent)));
    } else if (IsWouldBlock(errno)) {
      blocked_ = true;
      QueryInFlight();
    } else {
      return Close();
    }
  }
  if (in_flight_.Due() && loop_.MuchUnseen()) QueryInFlight();
}

// Linux before 4.12 does not report this; there only the socket's own bound applies.
void Connection::QueryInFlight() {
  std::array<uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof(info);
  getsockopt(socket_.fd(), SOL_SOCKET, SO_MEMINFO, info.data(), &size);
  loop_.TakeUnseen(in_flight_.Unseen());
  in_flight_.Seen(info[SK_MEMINFO_WMEM_QUEUED]);
}

void Connection::SizeReceiveBuffer(bool large) {
  read_much_since_tick_ = read_much_since_tick_ || large;
  if (large == reads_much_) return;
  // A larger buffer must not cause other connections to be closed. And while the session does not
  // read, the large buffer may be full, so it is not shrunk.
  if (large ? !loop_.HasRoomFor(kReceiveChargeBytes) : !session_.WantsInput()) return;
  reads_much_ = large;
  const int bytes = large ? kReceiveBufferBytes : kSmallReceiveBufferBytes;
  setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  // The window does not grow with the buffer automatically.
  setsockopt(socket_.fd(), IPPROTO_TCP, TCP_WINDOW_CLAMP, &bytes, sizeof(bytes));
}

void Connection::Account() {
  size_t bytes = given_up_ ? 0 : in_flight_.Counted();
  if (state_ == State::kServing) {
    bytes += session_.HeldBytes();
    if (reads_much_ && !saw_end_) bytes += kReceiveChargeBytes;
  }
  loop_.Account(*this, bytes);
}

void Connection::BeginLinger() {
  given_up_ = given_up_ || session_.GivenUp();
  if (shutdown(socket_.fd(), SHUT_WR) != 0) return Close();
  state_ = State::kLingering;
  Account();
  if (saw_end_) {
    OnEndWhileLingering();
  } else {
    WaitFor(net::Poller::kReadable);
  }
  if (state_ == State::kLingering) loop_.Linger(*this);
}

}  // namespace proxyherd::gateway
