#include "bench/loader/line_framer.h"

#include <algorithm>
#include <cstring>

namespace proxyherd::bench {
namespace {

// The beginning of a node's answer without places.
constexpr std::string_view kNoPlaces = "{\"error\"";

constexpr size_t kShownBytes = 100;

}  // namespace

std::string_view LineFramer::Head() const {
  if (line_ == 0) return head_;
  return line_ == 1 ? kNoPlaces : std::string_view();
}

bool LineFramer::IsWhatsat() const {
  return whatsats_ == Whatsats::kAll || (whatsats_ == Whatsats::kMixed && IsMixedWhatsat(number_));
}

void LineFramer::Feed(std::string_view bytes, Replies& replies) {
  while (!bytes.empty()) {
    const auto* end = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
    const auto size = end == nullptr ? bytes.size() : static_cast<size_t>(end - bytes.data());
    const std::string_view piece = bytes.substr(0, size);
    if (matched_ == bytes_) {
      const std::string_view rest = Head().substr(matched_);
      if (piece.substr(0, rest.size()) == rest) {
        matched_ += rest.size();
      } else {
        matched_ += static_cast<size_t>(
            std::mismatch(piece.begin(), piece.end(), rest.begin(), rest.end()).first -
            piece.begin());
      }
    }
    bytes_ += size;
    if (end == nullptr) return;
    EndLine(piece, replies);
    bytes.remove_prefix(size + 1);
  }
}

void LineFramer::EndLine(std::string_view piece, Replies& replies) {
  bool complete = false;
  if (line_ == 0) {
    wrong_ = matched_ < head_.size();
    complete = wrong_ || !IsWhatsat();
  } else {
    wrong_ |= line_ == 1 && matched_ == kNoPlaces.size();
    complete = bytes_ == 0;
  }
  if (wrong_ && replies.first_wrong.empty()) replies.first_wrong = piece.substr(0, kShownBytes);
  bytes_ = 0;
  matched_ = 0;
  ++line_;
  if (!complete) return;
  ++replies.complete;
  if (wrong_) ++replies.wrong;
  wrong_ = false;
  line_ = 0;
  ++number_;
}

}  // namespace proxyherd::bench
