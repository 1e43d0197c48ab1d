// Makes the provider that an operator asked for.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "places/google_provider.h"
#include "places/google_request.h"
#include "places/provider.h"

namespace proxyherd {

struct ProviderOptions {
  // "world": the data inside the binary; needs nothing. "google": Google's Places API (New); needs
  // a key, and every search costs money.
  std::string provider = "world";
  // A file with nothing but Google's API key. Empty: the environment variable
  // PROXYHERD_PLACES_API_KEY has it. A file is better: other processes of the user can read the
  // environment, and children inherit it.
  std::string api_key_file;
  // See GoogleOptions. A mask with dearer fields costs more per search; one without
  // places.attributions breaks Google's terms as soon as anybody sees the places.
  std::string google_endpoint = kGoogleEndpoint;
  std::string google_field_mask = kGoogleFieldMask;
};

// INVALID_ARGUMENT, or NOT_FOUND when there is no key, with all that is wrong in one message for
// the operator. Starts the provider's thread, if it has one. `hooks` are for Google; its load_key
// is set here, and its log is told at once what a call costs.
absl::StatusOr<std::unique_ptr<Provider>> MakeProvider(const ProviderOptions& options,
                                                       GoogleHooks hooks = {});

}  // namespace proxyherd
