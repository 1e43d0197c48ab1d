// Levenshtein distance, with one row of its table kept.
#include "tools/herdctl/view/near_name.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"

namespace proxyherd {
namespace {

// Beyond this a suggestion confuses more often than it helps.
constexpr size_t kFurthest = 2;

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = absl::ascii_tolower(a[i - 1]) == absl::ascii_tolower(b[j - 1]);
      const size_t changed = diagonal + (same ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string NearestName(std::string_view word, const std::vector<std::string>& candidates) {
  std::string nearest;
  size_t least = kFurthest + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(word, candidate);
    if (distance < least && distance * 2 < word.size() + 1) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace proxyherd
