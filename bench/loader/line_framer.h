// Replies of the text protocol: lines, and the answers to WHATSAT, which an empty line ends. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

class LineFramer : public ReplyFramer {
 public:
  // Which of the requests are WHATSATs; kMixed is as IsMixedWhatsat says.
  enum class Whatsats : uint8_t { kNone, kAll, kMixed };

  // `head` is how right replies begin; it lives for ever.
  LineFramer(std::string_view head, Whatsats whatsats) : head_(head), whatsats_(whatsats) {}

  // A wrong first line is a whole reply. An answer to WHATSAT that says why there are no places is
  // wrong, too.
  void Feed(std::string_view bytes, Replies& replies) override;

 private:
  // The beginning by which the present line, the first or second, shows the outcome.
  std::string_view Head() const;
  bool IsWhatsat() const;
  // `piece` is the end of the line, as far as it came at once.
  void EndLine(std::string_view piece, Replies& replies);

  const std::string_view head_;
  const Whatsats whatsats_;
  uint64_t number_ = 0;  // of the reply that comes next
  uint64_t line_ = 0;    // of that reply
  size_t bytes_ = 0;     // of that line, so far
  size_t matched_ = 0;   // of them, how many are as Head() has it
  bool wrong_ = false;
};

}  // namespace proxyherd::bench
