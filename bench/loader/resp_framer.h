// Replies of Redis, in version 2 of its protocol (RESP2). No I/O.
#pragma once

#include <cstdint>
#include <string_view>

#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

class RespFramer : public ReplyFramer {
 public:
  // `kind` is the first byte of right replies: '+', ':', '$' or '*'. A reply is wrong if it
  // contains an error anywhere, or a byte that does not begin an element.
  explicit RespFramer(char kind) : kind_(kind) {}

  void Feed(std::string_view bytes, Replies& replies) override;

 private:
  // The part of an element to which the next byte belongs.
  enum class At : uint8_t { kKind, kHeader, kBulk };

  void Begin(char kind);
  void EndHeader(Replies& replies);
  void EndElement(Replies& replies);

  const char kind_;
  At at_ = At::kKind;
  bool first_ = true;      // whether the element is the reply itself
  char element_ = 0;       // the element's kind
  bool negative_ = false;  // its number is negative
  uint64_t number_ = 0;    // digits of its header so far; then the remaining bytes of a bulk string
  // Remaining elements, including the present one. Nested elements only increase this number.
  uint64_t pending_ = 1;
  bool wrong_ = false;
};

}  // namespace proxyherd::bench
