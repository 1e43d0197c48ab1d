// Replies of Redis, in version 2 of its protocol. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

class RespFramer : public ReplyFramer {
 public:
  // `kind` is the first byte of right replies: '+', ':', '$' or '*'. An error anywhere in a reply
  // makes it wrong, and so does a byte that begins nothing.
  explicit RespFramer(char kind) : kind_(kind) {}

  void Feed(std::string_view bytes, Replies& replies) override;

 private:
  // The part of an element that the next byte belongs to.
  enum class At : uint8_t { kKind, kHeader, kBulk };

  void Begin(char kind);
  void EndHeader(Replies& replies);
  void EndElement(Replies& replies);

  const char kind_;
  At at_ = At::kKind;
  bool first_ = true;      // whether the element is the reply itself
  char element_ = 0;       // the element's kind
  bool negative_ = false;  // of its number
  uint64_t number_ = 0;    // digits of its header so far; then the bytes to come of a bulk string
  // Elements that are to come, the present one included. Nested ones only add to them.
  uint64_t pending_ = 1;
  bool wrong_ = false;
};

}  // namespace proxyherd::bench
