#include "places/osm/osm_memory.h"

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd::places {
namespace {

constexpr uint64_t kCompressedTimes = 3;

std::string MiB(uint64_t bytes) { return absl::StrCat((bytes >> 20) + 1, " MiB"); }

}  // namespace

uint64_t OsmReadingBytes(std::string_view path, uint64_t file_bytes) {
  return path.ends_with(".osm") ? file_bytes : kCompressedTimes * file_bytes;
}

absl::Status CheckOsmMemory(const std::string& path, std::string_view what, uint64_t needed,
                            uint64_t left) {
  if (needed <= left) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      path, ": ", ToAbsl(what), " needs about ", MiB(needed), ", and ", left >> 20,
      " MiB are left of the memory that the process may use; use a smaller extract, or "
      "give it more memory (--memory)"));
}

}  // namespace proxyherd::places
