#include "bench/loader/resp_framer.h"

#include <algorithm>
#include <string>

namespace proxyherd::bench {
namespace {

constexpr std::string_view kKinds = "+:$*";
constexpr size_t kShownBytes = 100;

}  // namespace

void RespFramer::Begin(char kind) {
  element_ = kind;
  if (first_ && kind != kind_) wrong_ = true;
  if (kKinds.find(kind) == std::string_view::npos) wrong_ = true;
  first_ = false;
  negative_ = false;
  number_ = 0;
  at_ = At::kHeader;
}

void RespFramer::Feed(std::string_view bytes, Replies& replies) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char byte = bytes[i];
    if (at_ == At::kKind) {
      Begin(byte);
      if (wrong_ && replies.first_wrong.empty()) {
        const std::string_view rest = bytes.substr(i, kShownBytes);
        replies.first_wrong = rest.substr(0, rest.find('\r'));
      }
    } else if (at_ == At::kHeader) {
      if (byte == '\n') EndHeader(replies);
      if (byte == '-') negative_ = true;
      if (byte >= '0' && byte <= '9') number_ = number_ * 10 + static_cast<uint64_t>(byte - '0');
    } else {
      const size_t skipped = std::min<size_t>(number_, bytes.size() - i);
      number_ -= skipped;
      i += skipped - 1;
      if (number_ == 0) EndElement(replies);
    }
  }
}

void RespFramer::EndHeader(Replies& replies) {
  if (element_ == '$' && !negative_) {
    number_ += 2;  // its CR LF
    at_ = At::kBulk;
    return;
  }
  if (element_ == '*' && !negative_) pending_ += number_;
  EndElement(replies);
}

void RespFramer::EndElement(Replies& replies) {
  at_ = At::kKind;
  if (--pending_ > 0) return;
  pending_ = 1;
  first_ = true;
  ++replies.complete;
  if (wrong_) ++replies.wrong;
  wrong_ = false;
}

}  // namespace proxyherd::bench
