// Tries the cache first; failures of the cache are never errors.
#include "places/osm/reader/osm_load.h"

#include <new>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/osm/reader/osm_cache.h"
#include "places/osm/reader/osm_reader.h"

namespace proxyherd::places {
namespace {

std::string Note(std::string_view what, const std::string& path, const absl::Status& why) {
  return absl::StrCat("the cache ", OsmCachePath(path), " was not ", ToAbsl(what), ": ",
                      why.message());
}

absl::StatusOr<OsmExtract> ReadWhole(const std::string& path, const OsmFingerprint& before,
                                     OsmProgressCallback progress, uint64_t memory_bytes) {
  absl::StatusOr<OsmExtract> extract = ReadOsmFile(path, progress, memory_bytes);
  if (!extract.ok()) return extract;
  const absl::StatusOr<OsmFingerprint> after = FingerprintOf(path);
  if (!after.ok() || *after != before) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": changed while being read; replace it by renaming a new file"));
  }
  return extract;
}

absl::StatusOr<OsmLoaded> Load(const std::string& path, bool use_cache,
                               OsmProgressCallback progress, uint64_t memory_bytes) {
  const absl::StatusOr<OsmFingerprint> source = FingerprintOf(path);
  if (!source.ok()) return source.status();
  OsmLoaded loaded;
  if (use_cache) {
    absl::StatusOr<OsmExtract> cached = ReadOsmCache(path, *source, memory_bytes);
    if (cached.ok()) return OsmLoaded{*std::move(cached), true, ""};
    if (!absl::IsNotFound(cached.status())) loaded.cache_note = Note("used", path, cached.status());
  }
  absl::StatusOr<OsmExtract> extract = ReadWhole(path, *source, progress, memory_bytes);
  if (!extract.ok()) return extract.status();
  loaded.extract = *std::move(extract);
  if (use_cache) {
    const absl::Status written = WriteOsmCache(path, *source, loaded.extract);
    if (!written.ok()) loaded.cache_note = Note("written", path, written);
  }
  return loaded;
}

}  // namespace

absl::StatusOr<OsmLoaded> LoadOsmFile(const std::string& path, bool use_cache,
                                      OsmProgressCallback progress, uint64_t memory_bytes) {
  try {
    return Load(path, use_cache, progress, memory_bytes);
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, ": not enough memory for its places; use a smaller extract"));
  }
}

}  // namespace proxyherd::places
