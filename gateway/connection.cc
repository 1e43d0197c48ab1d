// Moving bytes between a socket and its session.
#include "gateway/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace proxyherd {
namespace {

// A client that always has more to say must let the others of its loop have their turn.
constexpr int kReadsPerTurn = 4;

bool IsWouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

Connection::Connection(EventLoop& loop, Descriptor socket, const ClientAddress& address)
    : loop_(loop),
      address_(address),
      socket_(std::move(socket)),
      session_(loop.context(), *this, loop.context().backend.env.MonotonicNs(),
               loop.context().backend.confirmations == nullptr ? nullptr : this) {}

void Connection::Start() {
  // Replies leave in whole batches; holding a short one back gains nothing.
  const int on = 1;
  setsockopt(socket_.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  waits_for_ = Poller::kReadable;
  if (!loop_.poller().Watch(socket_.fd(), waits_for_, *this)) Close();
}

void Connection::Tick(int64_t now_ns) {
  if (state_ != State::kServing) return;
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

bool Connection::EndLinger() {
  if (state_ == State::kLingering) {
    // What is left unread at the end would make the system reset the connection.
    DiscardTurn();
    if (!std::exchange(heard_, false)) Close();
  }
  return state_ == State::kClosed;
}

void Connection::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  socket_.Reset();
  loop_.Remove(*this);
}

// An answer may come on any thread, and after this connection, its loop or the server are gone.
void Connection::PostEvent(const std::weak_ptr<EventLoop>& weak_loop,
                           const std::weak_ptr<Connection>& weak_connection,
                           std::function<void(Session&)> event) {
  const std::shared_ptr<EventLoop> loop = weak_loop.lock();
  if (loop == nullptr) return;
  loop->Post([weak_connection, event = std::move(event)] {
    const std::shared_ptr<Connection> self = weak_connection.lock();
    if (self == nullptr || self->state_ != State::kServing) return;
    event(self->session_);
    self->Proceed();
  });
}

void Connection::StartLookup(uint64_t ticket, const PlacesQuery& query) {
  loop_.context().backend.places(
      query, [weak_loop = std::weak_ptr<EventLoop>(loop_.shared_from_this()),
              weak_this = weak_from_this(), ticket](PlacesAnswer answer) {
        PostEvent(weak_loop, weak_this, [ticket, answer = std::move(answer)](Session& session) {
          session.LookupDone(ticket, answer);
        });
      });
}

void Connection::StartConfirmation(uint64_t ticket, const AwaitedPlaces& places) {
  const Backend& backend = loop_.context().backend;
  backend.confirmations->Wait(places, backend.env.MonotonicNs(),
                              [weak_loop = std::weak_ptr<EventLoop>(loop_.shared_from_this()),
                               weak_this = weak_from_this(), ticket](Confirmation confirmation) {
                                PostEvent(weak_loop, weak_this,
                                          [ticket, confirmation](Session& session) {
                                            session.ConfirmationDone(ticket, confirmation);
                                          });
                              });
}

// Asks the system only for what has changed.
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
  // What came before an error is read first, and then the error.
  if (gone || (events & EPOLLIN) != 0) return ReadTurn();
  Proceed();
}

// Reads into the loop's buffer. 0: nothing there, the end (saw_end_), or an error (closed).
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
  for (int i = 0; i < kReadsPerTurn && session_.WantsInput(); ++i) {
    const size_t size = ReadSome();
    if (state_ != State::kServing) return;
    if (saw_end_) session_.EndInput();
    if (size == 0) break;
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
    if (saw_end_) Close();
    if (state_ == State::kClosed || size == 0) return;
    heard_ = true;
  }
}

// After every event: sends what can be sent, then waits for what comes next.
void Connection::Proceed() {
  Flush();
  if (state_ != State::kServing) return;
  if (session_.Finished()) return BeginLinger();
  const uint32_t reading = session_.WantsInput() ? Poller::kReadable : Poller::kNothing;
  WaitFor(reading | (blocked_ ? Poller::kWritable : Poller::kNothing));
}

void Connection::Flush() {
  while (!blocked_ && !session_.Unsent().empty()) {
    const std::string_view unsent = session_.Unsent();
    const ssize_t sent = send(socket_.fd(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      session_.Sent(static_cast<size_t>(sent));
    } else if (IsWouldBlock(errno)) {
      blocked_ = true;
    } else {
      return Close();
    }
  }
}

void Connection::BeginLinger() {
  if (shutdown(socket_.fd(), SHUT_WR) != 0 || saw_end_) return Close();
  state_ = State::kLingering;
  loop_.Linger(weak_from_this());
  WaitFor(Poller::kReadable);
}

}  // namespace proxyherd
