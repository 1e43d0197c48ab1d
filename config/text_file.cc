#include "config/text_file.h"

#include <array>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace proxyherd::config {

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  // read() catches the exception that a folder causes.
  std::string text;
  std::array<char, 4096> buffer;
  do {
    file.read(buffer.data(), buffer.size());
    text.append(buffer.data(), static_cast<size_t>(file.gcount()));
  } while (file && text.size() <= kMaxTextFileBytes);
  if (file.bad()) {
    return absl::UnknownError(absl::StrCat(path, ": cannot be read; is it a folder?"));
  }
  if (text.size() > kMaxTextFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": has more than ", kMaxTextFileBytes >> 20, " MiB"));
  }
  return text;
}

}  // namespace proxyherd::config
