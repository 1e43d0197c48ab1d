// Telephone numbers and web addresses as mappers enter them in OpenStreetMap.
#pragma once

#include <string>
#include <string_view>

namespace proxyherd::places {

// The first number of a list. At most one field is set. The views refer to the argument.
struct PhoneNumbers {
  std::string_view national;
  std::string_view international;  // begins with + and the country code
};

// Returns empty fields if the first item of the list is not a number.
PhoneNumbers ReadPhone(std::string_view value);

// Returns the first address of a list, with http:// in front if it has no scheme. Empty if browsers
// would not open it, e.g. because of another scheme or spaces.
std::string ReadWebsite(std::string_view value);

}  // namespace proxyherd::places
