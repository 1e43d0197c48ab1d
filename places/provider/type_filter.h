// Which types of places are wanted, whether a place has them, and whether they can be asked for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace proxyherd {

inline constexpr size_t kMaxTypeNames = 50;  // in each list of a TypeFilter

// Which types of places are wanted, by names of Google's Table A. As in Nearby Search every list
// that is not empty must hold: any of the included ones, none of the excluded ones.
struct TypeFilter {
  std::vector<std::string> included = {};
  std::vector<std::string> excluded = {};
  std::vector<std::string> included_primary = {};
  std::vector<std::string> excluded_primary = {};

  bool operator==(const TypeFilter&) const = default;
};

// As Google's Nearby Search filters: the place has any of the included types and none of the
// excluded ones, and the same holds for its primary type. A general primary type stands for the
// more specific ones too (IsKindOf): including "restaurant" lets a "sushi_restaurant" through, and
// excluding it leaves that one out. A list that is empty asks nothing. A place without a primary
// type passes no included one.
//
// It compares texts; who has many places with few different sets of types asks once for each set.
bool Wants(const TypeFilter& filter, absl::string_view primary,
           absl::Span<const absl::string_view> types);

// INVALID_ARGUMENT, naming the field (as places.proto spells it) and the name, when a list is
// longer than kMaxTypeNames, a name is not in Table A (with the nearest one that is, if one is
// near), or a name is both included and excluded.
absl::Status ValidateTypeFilter(const TypeFilter& filter);

}  // namespace proxyherd
