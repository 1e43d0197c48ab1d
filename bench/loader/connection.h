// One connection under load: requests in flight to the server, and the replies expected.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/loader/reply_framer.h"
#include "bench/loader/socket.h"

namespace proxyherd::bench {

// Not thread-safe. A Pacing decides what is sent, and when.
class Connection {
 public:
  Connection(Socket socket, std::unique_ptr<ReplyFramer> framer);

  int fd() const { return socket_.fd(); }

  // Sends `bytes`, which are `requests` requests, in one write. Bytes that the kernel does not take
  // are kept, and sent by Flush.
  absl::Status Send(std::string_view bytes, uint64_t requests);
  absl::Status Flush();
  bool blocked() const { return !unsent_.empty(); }

  // Reads once into `buffer` and finds the replies. Returns the number of bytes read. More replies
  // than requests are an error.
  absl::StatusOr<size_t> Receive(std::vector<char>& buffer, Replies& replies);

  uint64_t requests() const { return requests_; }        // sent so far
  uint64_t outstanding() const { return outstanding_; }  // of these, not answered yet

 private:
  Socket socket_;
  const std::unique_ptr<ReplyFramer> framer_;
  std::string unsent_;
  uint64_t requests_ = 0;
  uint64_t outstanding_ = 0;
};

}  // namespace proxyherd::bench
