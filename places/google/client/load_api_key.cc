#include "places/google/client/load_api_key.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/google/api_key.h"

namespace proxyherd::places {
namespace {

absl::StatusOr<std::string> ReadKeyFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxKeyBytes + 1, '\0');
  // Opening a folder succeeds; reading it fails.
  if (!file || (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && file.bad())) {
    return absl::NotFoundError(std::strerror(errno));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace

absl::StatusOr<std::string> LoadApiKey(const std::string& path, const char* variable_value) {
  const auto in = [](std::string_view where, const absl::Status& status) {
    return absl::Status(status.code(), absl::StrCat(ToAbsl(where), " ", status.message()));
  };
  if (!path.empty()) {
    const std::string where = absl::StrCat("the API key file ", path);
    const absl::StatusOr<std::string> text = ReadKeyFile(path);
    if (!text.ok()) {
      return in(absl::StrCat(where, " cannot be read:"), text.status());
    }
    absl::StatusOr<std::string> key = ParseApiKey(*text);
    return key.ok() ? key : in(where, key.status());
  }
  if (variable_value == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("there is no API key: give --places_api_key_file, or set ", kApiKeyVariable));
  }
  absl::StatusOr<std::string> key = ParseApiKey(variable_value);
  return key.ok() ? key
                  : in(absl::StrCat("the environment variable ", kApiKeyVariable), key.status());
}

}  // namespace proxyherd::places
