// Finds where replies end, and whether each is of the kind that was asked for. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace proxyherd::bench {

// The complete replies among the bytes that a connection received.
struct Replies {
  uint64_t complete = 0;    // wrong ones included
  uint64_t wrong = 0;       // of another kind than was asked for
  std::string first_wrong;  // how the first of these began
};

// Takes what one connection reads, in pieces of any size; memory is bounded, and nothing is
// allocated unless a reply is wrong.
class ReplyFramer {
 public:
  virtual ~ReplyFramer() = default;
  // Adds the replies that end in `bytes` to `replies`.
  virtual void Feed(std::string_view bytes, Replies& replies) = 0;
};

// Of a WHATSAT among IAMATs: every so manieth request of a connection is one.
inline constexpr uint64_t kMixedPeriod = 10;

// Whether request `number`, from 0, of a connection is the WHATSAT of kMixed.
inline bool IsMixedWhatsat(uint64_t number) { return number % kMixedPeriod == kMixedPeriod - 1; }

}  // namespace proxyherd::bench
