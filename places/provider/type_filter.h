// Filters of places by type.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace proxyherd::places {

inline constexpr size_t kMaxTypeNames = 50;  // in each list of a TypeFilter

// The types of places that are wanted, as names of Google's Table A. As in Nearby Search, all
// non-empty lists apply: any of the included types, none of the excluded ones.
struct TypeFilter {
  std::vector<std::string> included = {};
  std::vector<std::string> excluded = {};
  std::vector<std::string> included_primary = {};
  std::vector<std::string> excluded_primary = {};

  bool operator==(const TypeFilter&) const = default;
};

// Filters as Google's Nearby Search does: the place must have any of the included types and none of
// the excluded ones, and its primary type must match the primary lists in the same way. A general
// primary type includes the more specific ones (IsKindOf): "restaurant" in a primary list also
// includes or excludes a "sushi_restaurant". An empty list has no effect. A place without a primary
// type matches no included primary type.
//
// Compares strings. A caller that has many places with few different sets of types should call this
// once per set.
bool Wants(const TypeFilter& filter, std::string_view primary,
           absl::Span<const std::string_view> types);

// INVALID_ARGUMENT, with the field (as places.proto spells it) and the name, if a list is longer
// than kMaxTypeNames, a name is not in Table A (with the most similar one, if any), or a name is
// both included and excluded.
absl::Status ValidateTypeFilter(const TypeFilter& filter);

}  // namespace proxyherd::places
