// Replies of the text protocol: lines, and answers to WHATSAT, which end with an empty line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

class LineFramer : public ReplyFramer {
 public:
  // Which of the requests are WHATSATs; kMixed: those that IsMixedWhatsat selects.
  enum class Whatsats : uint8_t { kNone, kAll, kMixed };

  // `head` is the beginning of right replies; it must stay valid forever.
  LineFramer(std::string_view head, Whatsats whatsats) : head_(head), whatsats_(whatsats) {}

  // A wrong first line is taken for a whole reply. An answer to WHATSAT that says why there are no
  // places is also wrong.
  void Feed(std::string_view bytes, Replies& replies) override;

 private:
  // Returns the string at the beginning of line 0 or 1 that decides whether the reply is right.
  std::string_view Head() const;
  bool IsWhatsat() const;
  // `piece` is the end of the line, or as much of it as was read at once.
  void EndLine(std::string_view piece, Replies& replies);

  const std::string_view head_;
  const Whatsats whatsats_;
  uint64_t number_ = 0;  // of the next reply
  uint64_t line_ = 0;    // of that reply
  size_t bytes_ = 0;     // of that line, so far
  size_t matched_ = 0;   // number of those bytes that match Head()
  bool wrong_ = false;
};

}  // namespace proxyherd::bench
