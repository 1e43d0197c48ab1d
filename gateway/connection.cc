// Moving bytes between a socket and its session.
#include "gateway/connection.h"

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <utility>

namespace proxyherd {
namespace {

// A client that always has more to say must let the others of its loop have their turn.
constexpr int kReadsPerTurn = 4;

bool IsWouldBlock(const asio::error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

}  // namespace

Connection::Connection(EventLoop& loop, LoopSocket socket, const asio::ip::address& address)
    : loop_(loop),
      address_(address),
      socket_(std::move(socket)),
      session_(loop.context(), *this, loop.context().backend.env.MonotonicNs(),
               loop.context().backend.confirmations == nullptr ? nullptr : this) {}

void Connection::Start() {
  asio::error_code error;
  socket_.non_blocking(true, error);
  // Replies leave in whole batches; holding a short one back gains nothing.
  if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), error);
  if (error) {
    Close();
  } else {
    Proceed();
  }
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

void Connection::Close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  asio::error_code ignored;
  socket_.close(ignored);
  loop_.Remove(*this);
}

// An answer may come on any thread, and after this connection, its loop or the server are gone.
void Connection::PostEvent(const std::weak_ptr<EventLoop>& weak_loop,
                           const std::weak_ptr<Connection>& weak_connection,
                           std::function<void(Session&)> event) {
  const std::shared_ptr<EventLoop> loop = weak_loop.lock();
  if (loop == nullptr) return;
  asio::post(loop->io(), [weak_connection, event = std::move(event)] {
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

void Connection::WaitReadable() {
  if (waits_readable_) return;
  waits_readable_ = true;
  socket_.async_wait(LoopSocket::wait_read,
                     [self = shared_from_this()](const asio::error_code& /*error*/) {
                       self->waits_readable_ = false;
                       self->OnReadable();
                     });
}

void Connection::WaitWritable() {
  if (waits_writable_) return;
  waits_writable_ = true;
  socket_.async_wait(LoopSocket::wait_write,
                     [self = shared_from_this()](const asio::error_code& /*error*/) {
                       self->waits_writable_ = false;
                       if (self->state_ == State::kServing) self->Proceed();
                     });
}

// What went wrong with a wait shows in the read that follows.
void Connection::OnReadable() {
  switch (state_) {
    case State::kServing:
      ReadTurn();
      break;
    case State::kLingering:
      DiscardTurn();
      break;
    case State::kClosed:
      break;
  }
}

// Reads into the loop's buffer. 0: nothing there, the end (saw_end_), or an error (closed).
size_t Connection::ReadSome() {
  asio::error_code error;
  const size_t size = socket_.read_some(asio::buffer(loop_.ReadBuffer()), error);
  if (!error) return size;
  if (error == asio::error::eof) {
    saw_end_ = true;
  } else if (!IsWouldBlock(error)) {
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
    if (state_ == State::kClosed) return;
    if (size == 0) break;
  }
  WaitReadable();
}

// After every event: sends what can be sent, then waits for what comes next.
void Connection::Proceed() {
  if (!waits_writable_) Flush();
  if (state_ != State::kServing) return;
  if (session_.Finished()) {
    BeginLinger();
  } else if (session_.WantsInput()) {
    WaitReadable();
  }
}

void Connection::Flush() {
  while (!session_.Unsent().empty()) {
    const std::string_view unsent = session_.Unsent();
    asio::error_code error;
    const size_t sent = socket_.write_some(asio::buffer(unsent.data(), unsent.size()), error);
    if (IsWouldBlock(error)) return WaitWritable();
    if (error) return Close();
    session_.Sent(sent);
  }
}

void Connection::BeginLinger() {
  asio::error_code error;
  socket_.shutdown(LoopSocket::shutdown_send, error);
  if (error || saw_end_) return Close();
  state_ = State::kLingering;
  loop_.Linger(weak_from_this());
  WaitReadable();
}

}  // namespace proxyherd
