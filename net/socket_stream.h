// A TCP connection in plain text.
#pragma once

#include <utility>

#include "net/byte_stream.h"
#include "net/descriptor.h"

namespace proxyherd::net {

class SocketStream final : public ByteStream {
 public:
  // `socket`: connected and non-blocking.
  explicit SocketStream(Descriptor socket) : socket_(std::move(socket)) {}

  Result Read(char* buffer, size_t room) override;
  Result Write(std::string_view bytes) override;
  void EndWrites() override;
  uint32_t Awaits(bool has_output) const override;
  int fd() const override { return socket_.fd(); }

 private:
  const Descriptor socket_;
};

}  // namespace proxyherd::net
