// Names of types of places, as Google's Places API (New) has them.
//
// Source: "Place Types" in Google's documentation of the Places API (New), release of 2026-02-12:
// https://developers.google.com/maps/documentation/places/web-service/place-types. The tables grow
// about once a year; a name that is new there is unknown here until it is added.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace proxyherd {

// Types that may be asked for, and be found in answers. In alphabetical order.
absl::Span<const absl::string_view> GoogleTableA();

// Types that are only found in answers. In alphabetical order; none is in Table A.
absl::Span<const absl::string_view> GoogleTableB();

bool IsTableA(absl::string_view name);
bool IsTableB(absl::string_view name);

// Whether a place whose primary type is `name` is also one of `general`: a "sushi_restaurant" is a
// "restaurant", and every type is of its own kind. Google publishes no such list; this one follows
// its names (a name that ends in another one is of that kind, with a few exceptions), and adds
// kinds that the names do not show, such as a "steak_house".
bool IsKindOf(absl::string_view name, absl::string_view general);

// The name in Table A that looks most like `name`, for messages; empty when none is near. At most
// kMaxTypeNameBytes of a name are looked at.
absl::string_view SimilarTableA(absl::string_view name);

// Longer than every name of both tables.
inline constexpr size_t kMaxTypeNameBytes = 64;

}  // namespace proxyherd
