// Field masks of Google's Nearby Search: which paths exist, and what a mask costs.
//
// Names and classes: Place of googleapis' places/v1/place.proto and Google's price list for Nearby
// Search, both as of October 2026. Google adds fields from time to time; a new field must be added
// here before it can be requested, because its price would be a guess.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace proxyherd::places {

// From cheap to expensive. The most expensive field of a mask sets the class of the whole call.
enum class GooglePriceClass { kPro, kEnterprise, kEnterpriseAtmosphere };

struct GooglePrice {
  std::string_view name;      // as on Google's price list
  int cents_per_1000;         // US cents for 1,000 calls, for up to 100,000 calls a month
  int free_calls_each_month;  // calls a month that cost nothing
};

GooglePrice PriceOf(GooglePriceClass price_class);

// A longer mask is a mistake: all fields together need less than 2,500 bytes.
inline constexpr size_t kMaxFieldMaskBytes = 8192;

// INVALID_ARGUMENT if `mask` is not a comma-separated list, without blanks, of `*` and paths such
// as `places.displayName` or `places.displayName.text`. The error names the first invalid path. If
// Place lacks that path's field, the error also names the most similar field.
absl::Status ValidateFieldMask(std::string_view mask);

// REQUIRES: ValidateFieldMask(mask) is OK.
GooglePriceClass PriceClassOf(std::string_view mask);

// Returns sentences for the operator's log at startup: what a call costs, which fields make it
// expensive, and a warning if the mask omits fields that Google's terms require to be shown.
// REQUIRES: ValidateFieldMask(mask) is OK.
std::vector<std::string> DescribeFieldMask(std::string_view mask);

}  // namespace proxyherd::places
