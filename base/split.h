// Splits text into pieces.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/absl_strings.h"

namespace proxyherd {

// The pieces that absl::StrSplit() finds, as views: one by one in a loop, or all at once by
// conversion. They are valid as long as the text that was split.
template <typename Splitter>
class Pieces {
 public:
  class Iterator {
   public:
    explicit Iterator(typename Splitter::const_iterator at) : at_(std::move(at)) {}
    std::string_view operator*() const { return FromAbsl(*at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    typename Splitter::const_iterator at_;
  };

  explicit Pieces(Splitter splitter) : splitter_(std::move(splitter)) {}
  Iterator begin() const { return Iterator(splitter_.begin()); }
  Iterator end() const { return Iterator(splitter_.end()); }

  // NOLINTNEXTLINE(google-explicit-constructor): as absl::StrSplit() does.
  operator std::vector<std::string_view>() const {
    std::vector<std::string_view> all;
    std::array<std::string_view, 16> batch;  // saves most vectors from growing step by step
    size_t size = 0;
    for (const std::string_view piece : *this) {
      batch[size++] = piece;
      if (size < batch.size()) continue;
      all.insert(all.end(), batch.begin(), batch.end());
      size = 0;
    }
    all.insert(all.end(), batch.begin(), batch.begin() + size);
    return all;
  }
  // The first two pieces; missing ones are empty.
  // NOLINTNEXTLINE(google-explicit-constructor): as absl::StrSplit() does.
  operator std::pair<std::string_view, std::string_view>() const {
    std::pair<std::string_view, std::string_view> two;
    Iterator at = begin();
    if (!(at != end())) return two;
    two.first = *at;
    ++at;
    if (at != end()) two.second = *at;
    return two;
  }

 private:
  Splitter splitter_;
};

// absl::StrSplit() for std's type. `rest`: a delimiter, and perhaps a predicate for the pieces.
template <typename... Rest>
auto Split(std::string_view text, Rest... rest) {
  return Pieces(absl::StrSplit(ToAbsl(text), std::move(rest)...));
}

}  // namespace proxyherd
