// Writes JSON piece by piece in Google's layout: indented by two, `<` and `>` as \u003c and \u003e,
// other characters unchanged.
//
// Building a tree first would take six times as long: an answer with twenty places has 50 kB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace proxyherd::places {

// The caller must follow the grammar: in an object each value follows its key. Not thread-safe.
class JsonWriter {
 public:
  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }

  // REQUIRES: `key` contains no characters to escape.
  void Key(std::string_view key);

  // Bytes that are not UTF-8 become U+FFFD, one for each maximal prefix of a character.
  void Text(std::string_view text);
  void Whole(int64_t number);
  // Writes as few digits as identify the number; no fraction if it is whole. REQUIRES: finite.
  void Number(double number);
  void Bool(bool value);

  std::string Take() && { return std::move(out_); }

 private:
  void Begin(char bracket);
  void End(char bracket);
  void BeginValue();
  void BreakLine();

  std::string out_;
  size_t depth_ = 0;
  bool first_ = true;       // the innermost object or array is still empty
  bool after_key_ = false;  // the value follows on the line of its key
};

}  // namespace proxyherd::places
