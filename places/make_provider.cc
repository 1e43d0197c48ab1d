// The only place that knows all providers.
#include "places/make_provider.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "places/google_price.h"
#include "places/google_provider.h"
#include "places/load_api_key.h"
#include "places/world_provider.h"

namespace proxyherd {
namespace {

absl::StatusOr<std::unique_ptr<Provider>> MakeGoogle(const ProviderOptions& options,
                                                     GoogleHooks hooks) {
  GoogleOptions google{
      .endpoint = options.google_endpoint, .field_mask = options.google_field_mask, .api_key = ""};
  const absl::Status valid = ValidateGoogleOptions(google);
  hooks.load_key = [path = options.api_key_file] {
    return LoadApiKey(path, std::getenv(kApiKeyVariable));
  };
  absl::StatusOr<std::string> key = hooks.load_key();
  if (!valid.ok() && !key.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(valid.message(), "; ", key.status().message()));
  }
  if (!valid.ok()) return valid;
  if (!key.ok()) return key.status();
  google.api_key = *std::move(key);
  if (hooks.log) {
    for (const std::string& sentence : DescribeFieldMask(google.field_mask)) hooks.log(sentence);
  }
  return std::make_unique<GoogleProvider>(std::move(google), std::move(hooks));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Provider>> MakeProvider(const ProviderOptions& options,
                                                       GoogleHooks hooks) {
  if (options.provider == "google") return MakeGoogle(options, std::move(hooks));
  if (options.provider == "world") return WorldProvider::Load();
  return absl::InvalidArgumentError(
      absl::StrCat("unknown places provider \"", options.provider, "\": use world or google"));
}

}  // namespace proxyherd
