// The types of places in Google's Places API (New).
//
// Source: "Place Types" in the documentation of the Places API (New), release of 2026-02-12:
// https://developers.google.com/maps/documentation/places/web-service/place-types. The tables grow
// about once a year; new types are unknown here until they are added.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace proxyherd::places {

// Types that may be requested and that occur in answers, in alphabetical order.
absl::Span<const std::string_view> GoogleTableA();

// Types that occur only in answers, in alphabetical order; none of them is in Table A.
absl::Span<const std::string_view> GoogleTableB();

bool IsTableA(std::string_view name);
bool IsTableB(std::string_view name);

// Returns true if a place whose primary type is `name` is also a `general`. For example, a
// "sushi_restaurant" is a "restaurant"; and every type is of its own kind. Google publishes no such
// list. This one is derived from the names (a name that ends in another name is of that kind, with
// a few exceptions), plus relations that names do not show, such as "steak_house".
bool IsKindOf(std::string_view name, std::string_view general);

// Returns the name in Table A that is most similar to `name`, for messages; empty if none is
// similar. Only the first kMaxTypeNameBytes of `name` are considered.
std::string_view SimilarTableA(std::string_view name);

// Longer than every name in both tables.
inline constexpr size_t kMaxTypeNameBytes = 64;

}  // namespace proxyherd::places
