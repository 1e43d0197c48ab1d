#include "tools/herdctl/view/near_name.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "base/absl_strings.h"
#include "base/edit_distance.h"

namespace proxyherd::tools {
namespace {

// At a greater distance a suggestion confuses more often than it helps.
constexpr size_t kMaxDistance = 2;

}  // namespace

std::string NearestName(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string lower_word = absl::AsciiStrToLower(ToAbsl(word));
  std::string nearest;
  size_t min_distance = kMaxDistance + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(lower_word, absl::AsciiStrToLower(candidate));
    if (distance < min_distance && distance * 2 < word.size() + 1) {
      min_distance = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace proxyherd::tools
