// Splits the bytes of a gRPC stream into messages: each has a prefix of five bytes, a flag that it
// is compressed and its length in big-endian order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proxyherd::peer {

inline constexpr size_t kGrpcPrefixBytes = 5;

// Writes the prefix of a message of `bytes` bytes. REQUIRES: at least kGrpcPrefixBytes at `out`.
void WriteGrpcPrefix(char* out, size_t bytes);

// Holds the bytes of the message under assembly and those that came with it. Not thread-safe.
class MessageReader {
 public:
  // Why a message cannot be read. The stream must then be ended.
  enum class Fault { kNone, kTooLarge, kCompressed, kMalformed };

  // A message may have `max_bytes` bytes, judged by its prefix.
  explicit MessageReader(size_t max_bytes) : max_bytes_(max_bytes) {}
  void SetMaxBytes(size_t max_bytes) { max_bytes_ = max_bytes; }

  void Add(std::string_view bytes);
  // Returns the next message if it is complete. It is valid until the next call of Add.
  std::optional<std::string_view> Next();
  Fault fault() const { return fault_; }
  // Returns the number of bytes, since the last call, of messages that Next has returned or looked
  // at in vain. Only these may be granted to the sender again: what came after a complete message
  // waits, so that the sender's window bounds the memory.
  size_t TakeConsumed();

 private:
  size_t max_bytes_;
  std::string buffer_;
  size_t begin_ = 0;    // of the next message in buffer_
  size_t granted_ = 0;  // bytes from begin_ on that were counted as consumed
  size_t consumed_ = 0;
  Fault fault_ = Fault::kNone;
};

}  // namespace proxyherd::peer
