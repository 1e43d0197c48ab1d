#include "places/provider/type_filter.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/provider/google_types.h"

namespace proxyherd::places {
namespace {

using std::string_view;
using Names = std::vector<std::string>;

bool HasAny(absl::Span<const string_view> types, const Names& names) {
  return std::any_of(names.begin(), names.end(), [types](string_view name) {
    return std::find(types.begin(), types.end(), name) != types.end();
  });
}

bool IsAnyOf(string_view primary, const Names& names) {
  return std::any_of(names.begin(), names.end(),
                     [primary](string_view name) { return IsKindOf(primary, name); });
}

// Formats a name for a message: shortened and printable, because clients may send any bytes.
std::string Quoted(string_view name) {
  const bool whole = name.size() <= kMaxTypeNameBytes;
  return absl::StrCat("\"", absl::CHexEscape(ToAbsl(name.substr(0, kMaxTypeNameBytes))),
                      whole ? "\"" : "...\"");
}

absl::Status ValidateList(string_view field, const Names& names) {
  if (names.size() > kMaxTypeNames) {
    return absl::InvalidArgumentError(absl::StrCat(ToAbsl(field), " must have at most ",
                                                   kMaxTypeNames, " types, not ", names.size()));
  }
  for (const std::string& name : names) {
    if (IsTableA(name)) continue;
    std::string hint;
    if (IsTableB(name)) {
      hint = "; it is found in answers, but cannot be asked for";
    } else if (const string_view similar = SimilarTableA(name); !similar.empty()) {
      hint = absl::StrCat("; did you mean \"", ToAbsl(similar), "\"?");
    }
    return absl::InvalidArgumentError(absl::StrCat(
        ToAbsl(field), " must have types of Google's Table A, not ", Quoted(name), hint));
  }
  return absl::OkStatus();
}

absl::Status ValidateDisjoint(string_view included_field, const Names& included,
                              string_view excluded_field, const Names& excluded) {
  for (const std::string& name : included) {
    if (std::find(excluded.begin(), excluded.end(), name) == excluded.end()) continue;
    return absl::InvalidArgumentError(absl::StrCat(ToAbsl(excluded_field), " must not have ",
                                                   Quoted(name), ", which ", ToAbsl(included_field),
                                                   " has too"));
  }
  return absl::OkStatus();
}

}  // namespace

bool Wants(const TypeFilter& filter, string_view primary, absl::Span<const string_view> types) {
  if (!filter.included.empty() && !HasAny(types, filter.included)) return false;
  if (HasAny(types, filter.excluded)) return false;
  if (!filter.included_primary.empty() && !IsAnyOf(primary, filter.included_primary)) return false;
  return !IsAnyOf(primary, filter.excluded_primary);
}

absl::Status ValidateTypeFilter(const TypeFilter& filter) {
  absl::Status status = ValidateList("included_types", filter.included);
  status.Update(ValidateList("excluded_types", filter.excluded));
  status.Update(ValidateList("included_primary_types", filter.included_primary));
  status.Update(ValidateList("excluded_primary_types", filter.excluded_primary));
  if (!status.ok()) return status;
  status.Update(
      ValidateDisjoint("included_types", filter.included, "excluded_types", filter.excluded));
  status.Update(ValidateDisjoint("included_primary_types", filter.included_primary,
                                 "excluded_primary_types", filter.excluded_primary));
  return status;
}

}  // namespace proxyherd::places
