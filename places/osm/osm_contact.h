// Telephone numbers and web addresses as people write them into OpenStreetMap.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace proxyherd {

// The first number of a list; at most one of the two is set. They refer to the argument.
struct PhoneNumbers {
  absl::string_view national;
  absl::string_view international;  // begins with + and the country's code
};

// Both are empty when the first of the list is no number.
PhoneNumbers ReadPhone(absl::string_view value);

// The first address of a list. One without a scheme gets http://. Empty when it is none that a
// browser would open from here, such as one of another scheme or one with spaces.
std::string ReadWebsite(absl::string_view value);

}  // namespace proxyherd
