// A connection as bytes in both directions, so that its owner need not know whether they are
// encrypted on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace proxyherd::net {

// Never blocks. Not thread-safe.
class ByteStream {
 public:
  enum class Outcome {
    kDone,     // `bytes` bytes, at least one
    kBlocked,  // try again when the descriptor reports what Awaits tells
    kEnded,    // the other side sends no more
    kFailed,   // the connection is gone; see `error`
  };
  struct Result {
    Outcome outcome = Outcome::kDone;
    size_t bytes = 0;
    int error = 0;  // as in errno, with kFailed
  };

  virtual ~ByteStream() = default;

  virtual Result Read(char* buffer, size_t room) = 0;
  // May write only a part. REQUIRES: !bytes.empty().
  virtual Result Write(std::string_view bytes) = 0;
  // Tells the other side that nothing more will be written.
  virtual void EndWrites() = 0;
  // The events of Poller to wait for. `has_output`: the last Write has left a rest.
  virtual uint32_t Awaits(bool has_output) const = 0;
  virtual int fd() const = 0;
};

}  // namespace proxyherd::net
