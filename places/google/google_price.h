// Field masks of Google's Nearby Search: which paths there are, and what a mask costs.
//
// Names and classes: Place of googleapis' places/v1/place.proto and Google's price list for Nearby
// Search, both as of October 2026. Google adds fields from time to time; a new one has to be added
// here before it can be asked for, because its price would be a guess.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// From cheap to dear. The dearest field of a mask sets the class of the whole call.
enum class GooglePriceClass { kPro, kEnterprise, kEnterpriseAtmosphere };

struct GooglePrice {
  absl::string_view name;     // as on Google's price list
  int cents_per_1000;         // US cents for 1,000 calls, up to 100,000 calls a month
  int free_calls_each_month;  // before the first one costs anything
};

GooglePrice PriceOf(GooglePriceClass price_class);

// A mask is longer than this only by mistake: all fields together need under 2,500 bytes.
inline constexpr size_t kMaxFieldMaskBytes = 8192;

// INVALID_ARGUMENT when `mask` is not a comma-separated list, without blanks, of `*` and paths like
// `places.displayName` or `places.displayName.text`. It names the first bad path and, for a name
// that Place does not have, the nearest one that it has.
absl::Status ValidateFieldMask(absl::string_view mask);

// REQUIRES: ValidateFieldMask(mask) is OK.
GooglePriceClass PriceClassOf(absl::string_view mask);

// Sentences for an operator at the start: what a call costs and which fields make it so dear, and,
// when the mask leaves out what Google's terms want shown, that it does. REQUIRES: as above.
std::vector<std::string> DescribeFieldMask(absl::string_view mask);

}  // namespace proxyherd
