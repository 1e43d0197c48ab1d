#include "bench/loader/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::bench {

Connection::Connection(Socket socket, std::unique_ptr<ReplyFramer> framer)
    : socket_(std::move(socket)), framer_(std::move(framer)) {}

absl::Status Connection::Send(std::string_view bytes, uint64_t requests) {
  requests_ += requests;
  outstanding_ += requests;
  size_t sent = 0;
  if (unsent_.empty()) {
    const absl::StatusOr<size_t> wrote = socket_.Write(bytes);
    if (!wrote.ok()) return wrote.status();
    sent = *wrote;
  }
  if (sent < bytes.size()) unsent_.append(bytes.substr(sent));
  return absl::OkStatus();
}

absl::Status Connection::Flush() {
  const absl::StatusOr<size_t> wrote = socket_.Write(unsent_);
  if (!wrote.ok()) return wrote.status();
  unsent_.erase(0, *wrote);
  return absl::OkStatus();
}

absl::StatusOr<size_t> Connection::Receive(std::vector<char>& buffer, Replies& replies) {
  const absl::StatusOr<size_t> got = socket_.Read(buffer.data(), buffer.size());
  if (!got.ok()) return got.status();
  const uint64_t before = replies.complete;
  framer_->Feed({buffer.data(), *got}, replies);
  const uint64_t complete = replies.complete - before;
  if (complete > outstanding_) {
    return absl::InternalError(absl::StrCat("a reply to no request; ", replies.first_wrong));
  }
  outstanding_ -= complete;
  return *got;
}

}  // namespace proxyherd::bench
