// Finds where replies end, and whether each is of the requested kind. No I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace proxyherd::bench {

// The complete replies among the bytes that a connection received.
struct Replies {
  uint64_t complete = 0;    // including wrong ones
  uint64_t wrong = 0;       // of another kind than requested
  std::string first_wrong;  // the beginning of the first wrong one
};

// Takes what one connection reads, in pieces of any size. Memory is bounded, and nothing is
// allocated unless a reply is wrong.
class ReplyFramer {
 public:
  virtual ~ReplyFramer() = default;
  // Adds the replies that end in `bytes` to `replies`.
  virtual void Feed(std::string_view bytes, Replies& replies) = 0;
};

// With kMixed, one in kMixedPeriod requests of a connection is a WHATSAT.
inline constexpr uint64_t kMixedPeriod = 10;

// Returns true if request `number`, from 0, of a connection is the WHATSAT of kMixed.
inline bool IsMixedWhatsat(uint64_t number) { return number % kMixedPeriod == kMixedPeriod - 1; }

}  // namespace proxyherd::bench
