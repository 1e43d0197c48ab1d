// The key contains all fields, one after another; each string is preceded by its length.
#include "places/provider/request_key.h"

#include <cstdint>
#include <type_traits>

namespace proxyherd::places {
namespace {

template <typename T>
void Append(std::string& key, const T& value) {
  static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void Append(std::string& key, const std::string& text) {
  Append(key, static_cast<uint64_t>(text.size()));
  key += text;
}

void Append(std::string& key, const std::vector<std::string>& texts) {
  Append(key, static_cast<uint64_t>(texts.size()));
  for (const std::string& text : texts) Append(key, text);
}

}  // namespace

std::string RequestKey(const SearchRequest& request) {
  // Naming all fields makes the build fail if a field is added.
  const auto& [latitude, longitude, radius_m, max_results, types, rank, language, region] = request;
  const auto& [included, excluded, included_primary, excluded_primary] = types;
  std::string key;
  for (const double number : {latitude, longitude, radius_m}) Append(key, number);
  Append(key, max_results);
  Append(key, rank);
  Append(key, language);
  Append(key, region);
  for (const auto* names : {&included, &excluded, &included_primary, &excluded_primary}) {
    Append(key, *names);
  }
  return key;
}

}  // namespace proxyherd::places
