// The only place that knows all providers.
#include "places/make_provider.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "places/google_provider.h"
#include "places/load_api_key.h"
#include "places/world_provider.h"

namespace proxyherd {
namespace {

absl::StatusOr<std::unique_ptr<Provider>> MakeGoogle(const ProviderOptions& options) {
  GoogleOptions google{options.google_endpoint, options.google_field_mask, ""};
  const absl::Status valid = ValidateGoogleOptions(google);
  absl::StatusOr<std::string> key = LoadApiKey(options.api_key_file, std::getenv(kApiKeyVariable));
  if (!valid.ok() && !key.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(valid.message(), "; ", key.status().message()));
  }
  if (!valid.ok()) return valid;
  if (!key.ok()) return key.status();
  google.api_key = *std::move(key);
  return std::make_unique<GoogleProvider>(std::move(google));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> MakeProvider(const ProviderOptions& options) {
  if (options.provider == "google") return MakeGoogle(options);
  if (options.provider == "world") return WorldProvider::Load();
  return absl::InvalidArgumentError(
      absl::StrCat("unknown places provider \"", options.provider, "\": use world or google"));
}

}  // namespace proxyherd
