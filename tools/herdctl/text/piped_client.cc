// The sample client without a terminal (see sample_client.h) copies in both directions at once:
// from stdin to the node, and from the node to stdout.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "net/host_port.h"
#include "tools/herdctl/text/sample_client.h"
#include "tools/herdctl/text/text_connection.h"

namespace proxyherd::tools {
namespace {

constexpr size_t kBufferBytes = size_t{64} * 1024;

// Writes everything to stdout. Returns false, and sets errno, if write(2) fails.
bool WriteAll(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// The state of both copies. At most one buffer of input is pending; while the node does not read,
// stdin is not read either.
class Pump {
 public:
  explicit Pump(int socket) : socket_(socket) {}

  // Returns OK if the node closed after all input was sent, otherwise an error.
  absl::Status Run() {
    while (!node_closed_) {
      std::array<pollfd, 2> entries{};
      const bool wants_input = !input_ended_ && pending_.empty();
      entries[0] = {.fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};
      entries[1] = {.fd = socket_, .events = POLLIN, .revents = 0};
      if (!pending_.empty()) entries[1].events |= POLLOUT;
      if (poll(entries.data(), entries.size(), -1) < 0) {
        if (errno == EINTR) continue;
        return Error("poll");
      }
      absl::Status status;
      if (entries[0].revents != 0) status = ReadInput();
      if (status.ok() && (entries[1].revents & POLLOUT) != 0) status = SendPending();
      if (status.ok() && (entries[1].revents & ~POLLOUT) != 0) status = PrintReplies();
      if (!status.ok()) return status;
    }
    if (!input_ended_ || !pending_.empty()) {
      return absl::UnavailableError("it closed the connection before everything was sent");
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status Error(const char* what) {
    return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
  }

  absl::Status ReadInput() {
    const ssize_t size = read(STDIN_FILENO, buffer_.data(), buffer_.size());
    if (size < 0) return errno == EINTR || errno == EAGAIN ? absl::OkStatus() : Error("stdin");
    pending_.assign(buffer_.data(), static_cast<size_t>(size));
    if (size == 0) {
      input_ended_ = true;
      shutdown(socket_, SHUT_WR);
    }
    return absl::OkStatus();
  }

  absl::Status SendPending() {
    const ssize_t size = send(socket_, pending_.data(), pending_.size(), MSG_NOSIGNAL);
    if (size < 0) return errno == EINTR || errno == EAGAIN ? absl::OkStatus() : Error("sending");
    pending_.erase(0, static_cast<size_t>(size));
    return absl::OkStatus();
  }

  absl::Status PrintReplies() {
    const ssize_t size = recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (size < 0) return errno == EINTR || errno == EAGAIN ? absl::OkStatus() : Error("receiving");
    node_closed_ = size == 0;
    if (!WriteAll({buffer_.data(), static_cast<size_t>(size)})) return Error("stdout");
    return absl::OkStatus();
  }

  const int socket_;
  std::array<char, kBufferBytes> buffer_;
  std::string pending_;  // Input that has not been sent yet.
  bool input_ended_ = false;
  bool node_closed_ = false;
};

}  // namespace

int RunPipedClient(const ClientTarget& target) {
  absl::StatusOr<TextConnection> connection = TextConnection::Connect(target.address);
  absl::Status status = connection.status();
  if (status.ok()) status = Pump(connection->fd()).Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "herdctl: %s at %s: %s\n", target.name.c_str(),
               net::JoinHostPort(target.address.host, target.address.port).c_str(),
               std::string(status.message()).c_str());
  return 1;
}

}  // namespace proxyherd::tools
