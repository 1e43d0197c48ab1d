#include "net/socket_stream.h"

#include <sys/socket.h>

#include <cassert>
#include <cerrno>

#include "net/poller.h"

namespace proxyherd::net {
namespace {

ByteStream::Result ResultOf(ssize_t size) {
  using Outcome = ByteStream::Outcome;
  if (size > 0) return {Outcome::kDone, static_cast<size_t>(size)};
  if (size == 0) return {Outcome::kEnded};
  const bool blocked = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (blocked) return {Outcome::kBlocked};
  return {Outcome::kFailed, 0, errno};
}

}  // namespace

ByteStream::Result SocketStream::Read(char* buffer, size_t room) {
  return ResultOf(recv(socket_.fd(), buffer, room, 0));
}

ByteStream::Result SocketStream::Write(std::string_view bytes) {
  assert(!bytes.empty());
  return ResultOf(send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void SocketStream::EndWrites() { shutdown(socket_.fd(), SHUT_WR); }

uint32_t SocketStream::Awaits(bool has_output) const {
  return has_output ? Poller::kReadable | Poller::kWritable : Poller::kReadable;
}

}  // namespace proxyherd::net
